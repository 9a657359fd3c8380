"""Refusals of manual adjustments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError
from okpay.kernel.money import phrase


class AdjustmentOverCapError(DomainError):
    """More than one member of staff may propose in a day. Params: `left` (decimal), `currency`."""

    code = "adjustment_over_cap"
    status = 422
    title = _("More than may be adjusted by hand")
    message = _("You may propose %(left)s more within these 24 hours. Nothing was proposed.")
    cause = _("Each member of staff may propose only so much a day in each currency.")
    remedy = _("Propose less, or find the proper way: a refund, a top-up or a decided dispute.")

    def places(self) -> dict[str, object]:
        """Write what is left as money is written."""
        return {"left": phrase(self.params["left"], self.params["currency"])}


class AdjustmentNoteError(DomainError):
    """The customer would not be told why."""

    code = "adjustment_note_missing"
    status = 422
    title = _("Say it to the customer")
    message = _("Write a few words that the customer reads. Nothing was proposed.")
    cause = _("A balance never changes without its owner being told why.")
    remedy = _("Write at least four characters, at most 40.")


class AdjustmentFrozenError(DomainError):
    """The customer's account is frozen."""

    code = "adjustment_frozen"
    status = 409
    title = _("The account is frozen")
    message = _("Nothing moves on a frozen account, corrections neither. Nothing was booked.")
    cause = _("A freeze stops every movement until two people lift it.")
    remedy = _("Have the freeze lifted first, then propose it again.")


class AdjustmentCustomerError(DomainError):
    """Nobody, or the account is closed."""

    code = "adjustment_customer_missing"
    status = 404
    title = _("No such customer")
    message = _("This customer does not exist, or has left. Nothing was booked.")
    cause = _("The account was closed, perhaps a moment ago.")
    remedy = _("Look the customer up again.")


class AdjustmentOwnError(DomainError):
    """Somebody's own wallet."""

    code = "adjustment_own"
    status = 403
    title = _("Not your own wallet")
    message = _("Nobody proposes anything about their own wallet. Nothing was proposed.")
    cause = _("Whoever works here is a customer too, and as one has no say in this.")
    remedy = _("Write to support as any customer does; a colleague looks at it.")
