"""Why a mask stays on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class UnmaskReasonError(DomainError):
    """No reason from the list, or "something else" without saying what. Params: `least`."""

    code = "unmask_reason_required"
    status = 422
    title = _("Say why you need to see it")
    message = _(
        "Choose a reason; for another reason, write at least %(least)s characters."
        " Nothing was shown."
    )
    cause = _("Whoever sees a customer's data in full says why, and it stays in the audit trail.")
    remedy = _("Choose the reason and try again.")


class UnmaskLimitError(DomainError):
    """This member of staff lifted too many masks in this hour. Params: `most`."""

    code = "unmask_limit_reached"
    status = 429
    title = _("Too many masks lifted this hour")
    message = _("You have lifted %(most)s masks in this hour. Nothing was shown.")
    cause = _("A daily job needs few full names and numbers; a stolen session would need many.")
    remedy = _("Wait for the next full hour, or ask a colleague.")


class SearchLimitError(DomainError):
    """This member of staff searched for too many customers in this hour. Params: `most`."""

    code = "customer_search_limit_reached"
    status = 429
    title = _("Too many searches this hour")
    message = _("You have searched for customers %(most)s times in this hour.")
    cause = _("Each search tells whether somebody has an account, so their number is bounded.")
    remedy = _("Wait for the next full hour, or ask a colleague.")
