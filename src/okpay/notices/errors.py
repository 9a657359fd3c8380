"""What notices refuses, and how a provider's failure is told apart."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class MessageNotFoundError(DomainError):
    """No such message of this person."""

    code = "message_not_found"
    status = 404
    title = _("This message does not exist")
    message = _("It may belong to somebody else, or the address is wrong.")
    remedy = _("Open the message centre and choose from the list.")
    remedy_url_name = "messages"


class SecurityCannotBeMutedError(DomainError):
    """A wish to silence security messages."""

    code = "security_cannot_be_muted"
    status = 422
    title = _("Security messages stay on")
    message = _("They protect your money, so they cannot be turned off.")
    remedy = _("You can turn off other kinds of messages.")
    remedy_url_name = "message_preferences"


class ProviderError(Exception):
    """A provider did not carry a message."""


class RetryableProviderError(ProviderError):
    """It may work later: time-out, no connection, 429, 5xx."""


class PermanentProviderError(ProviderError):
    """It never will: the address or the message is refused."""
