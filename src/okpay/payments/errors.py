"""Refusals of payments: the code never changes, the words may."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okpay.identity.moments import moment
from okpay.kernel.errors import DomainError, Worded
from okpay.kernel.money import phrase

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

# Which of its limits a payment would pass, in words for the middle of a sentence.
PERIODS: Final[dict[str, _StrOrPromise]] = {
    "payment": pgettext_lazy("limit", "for one payment"),
    "day": pgettext_lazy("limit", "for one day"),
    "month": pgettext_lazy("limit", "for one month"),
}


def _moment(text: object) -> str:
    """Write a moment of ISO 8601 for people; "" for none."""
    return moment(datetime.fromisoformat(str(text))) if text else ""


class InsufficientFundsError(DomainError):
    """Available is less than amount and fee. Params: `short` (decimal text), `currency`."""

    code = "insufficient_funds"
    status = 422
    title = _("The balance is not enough")
    message = _("You are %(short)s short. Nothing was charged.")
    cause = _(
        "The amount and its fee are more than the available balance; held money does not count."
    )
    remedy = _("Top up, or pay a smaller amount.")
    remedy_url_name = "topup"

    def places(self) -> dict[str, object]:
        """Write what is short as money is written."""
        return {"short": phrase(self.params["short"], self.params["currency"])}


class PayeeNotFoundError(DomainError):
    """Nobody has this verified e-mail or phone."""

    code = "payee_not_found"
    status = 422
    title = _("No payee with this e-mail or phone")
    message = _("We found no payee with this e-mail or phone. Nothing was charged.")
    cause = _("The address is mistyped, or its owner has not registered or verified it.")
    remedy = _("Check it, or invite them to claim the money.")
    remedy_url_name = "transfer"


class PayeeIsSelfError(DomainError):
    """Payer and payee are the same person."""

    code = "payee_is_self"
    status = 422
    title = _("This is your own wallet")
    message = _("You cannot pay yourself. Nothing was charged.")
    cause = _("The payee's e-mail or phone is your own.")
    remedy = _("Enter the e-mail or phone of somebody else.")
    remedy_url_name = "transfer"


class AccountFrozenError(DomainError):
    """The payer's wallet is frozen."""

    code = "account_frozen"
    status = 403
    title = _("Your wallet is frozen")
    message = _("Outgoing payments are stopped while the wallet is frozen. Nothing was charged.")
    cause = _("You, our support or a security rule froze this wallet.")
    remedy = _("See the reason and the next step in the security centre.")
    remedy_url_name = "security"


class LimitExceededError(DomainError):
    """A limit would be passed.

    Params: `limit` (decimal text), `currency`, `period`; `level` (a number) and `until` (ISO 8601,
    or "") say whose limit it is: while care is taken, the lower one holds until then. `period` is
    `payment`, `day` or `month`; the message says it in words.
    """

    code = "limit_exceeded"
    status = 422
    title = _("This passes your limit")
    message = _("Your limit %(period)s is %(limit)s. Nothing was charged.")
    message_careful: ClassVar[_StrOrPromise] = _(
        "Your limit %(period)s is %(limit)s until %(until)s, because something that guards your"
        " account was changed. Nothing was charged."
    )
    message_unchecked: ClassVar[_StrOrPromise] = _(
        "Before your real-name check, your limit %(period)s is %(limit)s. Nothing was charged."
    )
    cause = _(
        "Limits protect you. They depend on your real-name check, and are lower for 24 hours after"
        " a new device or a changed password, phone or e-mail."
    )
    remedy = _("See your limits and what raises them, or pay less: daily limits reset at 00:00.")
    remedy_url_name = "limits"

    def places(self) -> dict[str, object]:
        """Write the limit as money is written, its period and its end in words."""
        period = str(self.params["period"])
        return {
            "period": str(PERIODS.get(period, period)),
            "limit": phrase(self.params["limit"], self.params["currency"]),
            "until": _moment(self.params.get("until")),
        }

    def text(self) -> str:
        """Say it by what lowers the limit: care, no real-name check, or neither."""
        if self.params.get("until"):
            return str(self.message_careful) % self.places()
        if str(self.params.get("level", "")) == "0":
            return str(self.message_unchecked) % self.places()
        return super().text()


class StepUpRequiredError(DomainError):
    """It asks for a second proof that was not given.

    Params: `reason` (`careful`, `large`, `new_payee`) and `until` (ISO 8601, or ""). Of a list also
    `line` (from 1) and `reference`: with which line too much would go to somebody new.
    """

    code = "step_up_required"
    status = 403
    title = _("This payment asks for a second proof")
    message = _(
        "This payment asks for a second proof beside the payment password. Nothing was charged."
    )
    message_careful: ClassVar[_StrOrPromise] = _(
        "Until %(until)s every payment asks for a second proof, because something that guards your"
        " account was changed. Nothing was charged."
    )
    message_line: ClassVar[_StrOrPromise] = _(
        "With line %(line)s (%(reference)s), much would go within a day to somebody you never paid."
        " A token cannot give the second proof this asks for: confirm the list in the app, or take"
        " that person out. Nothing was charged."
    )
    cause = _(
        "It is large, goes to somebody you never paid, or comes soon after a new device or a"
        " changed password, phone or e-mail. An access token alone cannot give this proof."
    )
    remedy = _(
        "Make this payment in the app: confirm it with a passkey, an authenticator code or a code"
        " by SMS."
    )
    remedy_url_name = "transfer"

    def places(self) -> dict[str, object]:
        """Write the end of the care in words."""
        return self.params | {"until": _moment(self.params.get("until"))}

    def text(self) -> str:
        """Say until when, where care is the reason, and which line of a list it is."""
        if self.params.get("line"):
            return str(self.message_line) % self.places()
        message = self.message_careful if self.params.get("until") else self.message
        return str(message) % self.places()


class LevelTooLowError(DomainError):
    """The person's level does not have this at all. Params: `level`."""

    code = "level_too_low"
    status = 403
    title = _("This opens with the real-name check")
    message = _("This is open after your real-name check. Nothing was charged.")
    cause = _("What can be done with an account depends on how well we know whose it is.")
    remedy = _("See what your level may do, and how to raise it.")
    remedy_url_name = "limits"


class ConfirmationVoidError(DomainError):
    """The payee's name or address changed between confirming and paying."""

    code = "confirmation_void"
    status = 409
    title = _("The details changed after you confirmed")
    message = _("The payee's details changed after you confirmed. Nothing was charged.")
    cause = _("A confirmation holds for exactly one payee, name, amount and fee.")
    remedy = _("Check the payee again and confirm once more.")
    remedy_url_name = "transfer"


class QuoteExpiredError(DomainError):
    """The confirmation is older than its lifetime, altered, or somebody else's."""

    code = "quote_expired"
    status = 409
    title = _("The confirmation has expired")
    message = _("This confirmation is no longer valid. Nothing was charged.")
    cause = _("A confirmation holds for a few minutes and only for the person who asked for it.")
    remedy = _("Start again; the details you typed are kept.")
    remedy_url_name = "transfer"


class TransferNotFoundError(DomainError):
    """No such transfer, or not this person's."""

    code = "transfer_not_found"
    status = 404
    title = _("No such transfer")
    message = _("We found no transfer of yours with this number.")
    cause = _("The number is mistyped or belongs to somebody else.")
    remedy = _("Look it up in your records.")
    remedy_url_name = "records"


class TransferNotPendingError(DomainError):
    """It is final already. Params: `state`."""

    code = "transfer_not_pending"
    status = 409
    title = _("This transfer is already final")
    message = _("This transfer is already final and cannot be changed.")
    cause = _("It was completed, canceled, declined or returned before.")
    remedy = _("Look at its timeline in your records.")
    remedy_url_name = "records"


class CaptureTooLargeError(DomainError):
    """More was to be captured than is held. Params: `held` (decimal text), `currency`."""

    code = "capture_too_large"
    status = 422
    title = _("More than is on hold")
    message = _("%(held)s is on hold. Nothing more can be taken, and nothing was.")
    cause = _("What was authorised is the most that can be taken.")
    remedy = _("Take at most what is on hold.")

    def places(self) -> dict[str, object]:
        """Write what is held as money is written."""
        return {"held": phrase(self.params["held"], self.params["currency"])}


class RefundTooLargeError(DomainError):
    """More was to go back than arrived and stayed. Params: `left` (decimal text), `currency`."""

    code = "refund_too_large"
    status = 422
    title = _("More than can be returned")
    message = _("%(left)s of this payment can still be returned. Nothing was returned now.")
    cause = _("All refunds of one payment together are at most what arrived.")
    remedy = _("Return a smaller amount.")
    remedy_url_name = "records"

    def places(self) -> dict[str, object]:
        """Write what is left as money is written."""
        return {"left": phrase(self.params["left"], self.params["currency"])}


class NotRefundableError(DomainError):
    """A record that has not arrived, or is itself a refund."""

    code = "not_refundable"
    status = 409
    title = _("This cannot be returned")
    message = _("Only money that has arrived can be returned. Nothing was returned.")
    cause = _("It waits, it went back already, or it is itself money that was returned.")
    remedy = _("Look at its timeline; you can pay the other person instead.")
    remedy_url_name = "records"


class GroupSizeError(DomainError):
    """No movements, or too many, were to be booked together. Params: `most`."""

    code = "group_size"
    status = 422
    title = _("Too many or too few at once")
    message = _("From 1 to %(most)s movements can be booked together. Nothing was booked.")
    cause = _("What happens together or not at all has a written limit.")
    remedy = _("Make smaller groups.")


class IdempotencyKeyReusedError(DomainError):
    """Same key, other body."""

    code = "idempotency_key_reused"
    status = 422
    title = _("This request key was used for something else")
    message = _("The same key came with different details. Nothing was done for this request.")
    cause = _("One key stands for one payment, for ever.")
    remedy = _("Make a new key for a new payment.")


class UnauthenticatedError(DomainError):
    """Token missing, unknown, expired or revoked."""

    code = "unauthenticated"
    status = 401
    title = _("Sign in first")
    message = _("The access token is missing, unknown, expired or revoked.")
    cause = _("Tokens end at their date, when they are revoked, and when the wallet is frozen.")
    remedy = _("Make a new token in the security centre.")
    remedy_url_name = "security"


class ScopeMissingError(DomainError):
    """The token may not do this. Params: `scope`."""

    code = "scope_missing"
    status = 403
    title = _("The token may not do this")
    message = _("The access token lacks the scope %(scope)s.")
    cause = _("Each token carries only the scopes it was made with.")
    remedy = _("Make a token with this scope in the security centre.")
    remedy_url_name = "security"


class WalletMissingError(DomainError):
    """The payer holds no account in this currency. Params: `currency`."""

    code = "currency_not_held"
    status = 422
    title = _("You hold no such currency")
    message = _("Your wallet holds no %(currency)s. Nothing was charged.")
    cause = _("You can pay only in a currency that you hold.")
    remedy = _("Top up in this currency or choose another one.")
    remedy_url_name = "topup"


class PayeeFrozenError(DomainError):
    """The payee cannot receive now, and this payment must not wait."""

    code = "payee_frozen"
    status = 422
    title = _("They cannot receive money now")
    message = _("The payee's wallet is frozen for now. Nothing was charged.")
    cause = _("A request for money is paid at once or not at all, and this wallet cannot receive.")
    remedy = _("Ask them, or try again later.")
    remedy_url_name = "requests"


class PayerFrozenError(DomainError):
    """The money waits, but its sender's wallet is frozen."""

    code = "payer_frozen"
    status = 409
    title = _("The sender's wallet is frozen")
    message = _("The sender's wallet is frozen for now. The money is still on hold.")
    cause = _("Nothing leaves a frozen wallet, also not what was held before.")
    remedy = _("Try again later; if the deadline passes first, the money goes back.")
    remedy_url_name = "records"


class TooManyRequestsError(DomainError):
    """Too many open requests for money. Params: `most`."""

    code = "request_limit"
    status = 429
    title = _("Too many open requests")
    message = _("At most %(most)s requests can be open here at a time. No request was sent.")
    cause = _("Open requests are limited so that nobody is pestered.")
    remedy = _("Wait until one is answered, or cancel one.")
    remedy_url_name = "requests"


class OutcomeUnknownError(Worded):
    """The outcome is not known yet. Params: none. Never means failed, so it is no refusal."""

    code = "outcome_unknown"
    status = 202
    title = _("We are checking this payment")
    message = _(
        "We do not know the outcome yet. Ask again with the same key; it is done at most once."
    )
    cause = _("The answer was lost or the book is busy.")
    remedy = _("Wait a moment and look at your records; do not pay again.")
    remedy_url_name = "records"
