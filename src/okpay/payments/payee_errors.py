"""What asking for money, saving a payee, looking one up and writing to one may be refused for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class RequestNotOpenError(DomainError):
    """A request for money is already closed."""

    code = "request_not_open"
    status = 409
    title = _("This request is already closed")
    message = _("This request was paid, declined, canceled or has expired.")
    cause = _("A request can be answered once, within seven days.")
    remedy = _("Ask for a new request.")
    remedy_url_name = "requests"


class RequestNotFoundError(DomainError):
    """No such request for this person."""

    code = "request_not_found"
    status = 404
    title = _("No such request")
    message = _("We found no request for money with this number.")
    cause = _("The number is mistyped or belongs to somebody else.")
    remedy = _("Look at your list of requests.")
    remedy_url_name = "requests"


class SavedPayeeNotFoundError(DomainError):
    """No such saved payee."""

    code = "saved_payee_not_found"
    status = 404
    title = _("No such saved payee")
    message = _("This payee is not in your list.")
    cause = _("It was deleted, or belongs to somebody else.")
    remedy = _("Look at your list of payees.")
    remedy_url_name = "payees"


class TooManyRemindersError(DomainError):
    """A payee was reminded often enough."""

    code = "reminder_limit"
    status = 429
    title = _("Already reminded")
    message = _("One reminder a day, three in all. The money is still on hold.")
    cause = _("Reminders are limited so that nobody is pestered.")
    remedy = _("Wait, call them, or cancel the transfer.")
    remedy_url_name = "records"


class InvitationLimitError(DomainError):
    """This payer has made us write to enough people without a wallet."""

    code = "invitation_limit"
    status = 429
    title = _("Nobody was written to")
    message = _("We write to only so many strangers a day for you. The money is still on hold.")
    cause = _("Mails and SMS to people without a wallet are limited, so that nobody is pestered.")
    remedy = _("Copy the claim link and pass it on yourself, or try again tomorrow.")
    remedy_url_name = "records"


class LookupLimitError(DomainError):
    """Too many addresses were looked up. Params: `most`."""

    code = "lookup_limit"
    status = 429
    title = _("Too many look-ups")
    message = _("At most %(most)s addresses can be looked up in an hour. Nothing was charged.")
    cause = _("Look-ups are limited so that nobody can collect who has a wallet.")
    remedy = _("Pay somebody from your list, or try again in an hour.")
    remedy_url_name = "payees"
