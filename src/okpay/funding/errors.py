"""What top-ups refuse, and how an acquirer's failure is told apart."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError
from okpay.kernel.money import phrase


class TopUpTooSmallError(DomainError):
    """Below the least amount. Params: `least` (decimal text), `currency`."""

    code = "top_up_too_small"
    status = 422
    title = _("The amount is too small")
    message = _("A top-up is at least %(least)s. Nothing was charged.")
    cause = _("Card companies charge for every payment, so very small ones are not possible.")
    remedy = _("Choose a larger amount.")
    remedy_url_name = "topup"

    def places(self) -> dict[str, object]:
        """Write the amount as money is written."""
        return {"least": phrase(self.params["least"], self.params["currency"])}


class TopUpTooLargeError(DomainError):
    """Above the most of one top-up. Params: `most` (decimal text), `currency`."""

    code = "top_up_too_large"
    status = 422
    title = _("The amount is too large")
    message = _("One top-up is at most %(most)s. Nothing was charged.")
    cause = _("Limits protect you if a card is stolen.")
    remedy = _("Choose a smaller amount.")
    remedy_url_name = "topup"

    def places(self) -> dict[str, object]:
        """Write the amount as money is written."""
        return {"most": phrase(self.params["most"], self.params["currency"])}


class TooManyTopUpsError(DomainError):
    """Too many unfinished top-ups."""

    code = "too_many_top_ups"
    status = 429
    title = _("Too many top-ups were begun")
    message = _("Several of your top-ups are not finished yet. Nothing was charged for this one.")
    cause = _("Only a few may be open at once, which stops the testing of stolen cards.")
    remedy = _("Finish or cancel one at the card page, or wait half an hour.")
    remedy_url_name = "topup"


class TopUpNotFoundError(DomainError):
    """No such top-up of this person."""

    code = "top_up_not_found"
    status = 404
    title = _("No such top-up")
    message = _("We found no top-up of yours with this number.")
    cause = _("The number is mistyped or belongs to somebody else.")
    remedy = _("Look it up in your records.")
    remedy_url_name = "records"


class TopUpKeyReusedError(DomainError):
    """The same request id came with another amount."""

    code = "top_up_key_reused"
    status = 422
    title = _("This top-up was already begun with another amount")
    message = _("Nothing was charged for the new amount.")
    cause = _("One request stands for one amount, so that a repeated tap never charges twice.")
    remedy = _("Start a new top-up.")
    remedy_url_name = "topup"


class AcquirerUnavailableError(DomainError):
    """The card company cannot be reached now."""

    code = "acquirer_unavailable"
    status = 503
    title = _("The card company is not answering")
    message = _("The card page could not be opened. Nothing was charged.")
    cause = _("The card company's system is slow or down. Your balance works as always.")
    remedy = _("Try again in a minute. Trying again never charges twice.")
    remedy_url_name = "topup"


class InstrumentDeclinedError(DomainError):
    """The card was declined. Params: `decline_code`, which the acquirer gave."""

    code = "instrument_declined"
    status = 402
    title = _("The card was declined")
    message = _("The card was declined (%(decline_code)s). Nothing was charged.")
    cause = _("The bank that issued the card, or the card company, refused this payment.")
    remedy = _("Use another card, or ask your bank.")
    remedy_url_name = "topup"


class CardNumberRefusedError(DomainError):
    """A card number was sent to us, where it must never be."""

    code = "card_number_refused"
    status = 400
    title = _("Card numbers do not belong here")
    message = _("A card number was in what you sent. It was not stored. Nothing was charged.")
    cause = _("Cards are entered only at the card company's own page.")
    remedy = _("Begin a top-up and enter the card on the page that opens.")
    remedy_url_name = "topup"


class AcquirerError(Exception):
    """An acquirer did not do what it was asked."""


class RetryableAcquirerError(AcquirerError):
    """It may have done it or not: time-out, no connection, 5xx. Ask by reference, never anew."""


class PermanentAcquirerError(AcquirerError):
    """It refused, and did nothing."""


class UnknownReferenceError(AcquirerError):
    """It knows no order with this reference."""


class BadSignatureError(AcquirerError):
    """A webhook that the acquirer did not sign, or too long ago, or in the future."""
