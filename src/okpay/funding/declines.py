"""Why a card was declined and what to do, for every code that acquirers give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Decline:
    """The cause and the way on."""

    cause: _StrOrPromise
    remedy: _StrOrPromise


_ASK_BANK: Final = _("Use another card, or ask the bank that issued this one.")

DECLINES: Final[dict[str, Decline]] = {
    "generic_decline": Decline(_("The bank refused without saying why."), _ASK_BANK),
    "insufficient_funds": Decline(
        _("The card does not have enough money for this amount."),
        _("Choose a smaller amount, or use another card."),
    ),
    "lost_card": Decline(
        _("This card was reported lost."), _("Use another card. If it is yours, call your bank.")
    ),
    "stolen_card": Decline(
        _("This card was reported stolen."), _("Use another card. If it is yours, call your bank.")
    ),
    "expired_card": Decline(_("The card has expired."), _("Use a card that is still valid.")),
    "incorrect_cvc": Decline(
        _("The security code was not right."),
        _("Start again and check the three digits on the back."),
    ),
    "processing_error": Decline(
        _("The bank did not answer the card company, and in the end did not charge the card."),
        _("Start again in a few minutes."),
    ),
    "authentication_failed": Decline(
        _("The bank's code was entered wrongly too often."),
        _("Start again with the newest code from your bank."),
    ),
    "blocked_by_risk": Decline(
        _("The card company's protection stopped this payment."),
        _("Use another card. If this was you, ask your bank."),
    ),
    "order_refused": Decline(
        _("The card company did not accept the order."),
        _("Try another amount, or write to support with the number below."),
    ),
}


def decline_of(code: str) -> Decline:
    """Return the words for a code; an unknown code gets the plain ones."""
    return DECLINES.get(code, DECLINES["generic_decline"])
