"""Handing letters to a provider: the only place of notices that touches the network."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from django.conf import settings

from okpay.identity.safety import word
from okpay.notices import letters, operations
from okpay.notices.errors import PermanentProviderError, RetryableProviderError
from okpay.notices.providers.smtp.client import SmtpProvider
from okpay.notices.schemas import Channel, Letter
from okpay.notices.states import Sending

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.notices.models import Outgoing
    from okpay.notices.providers.base import Provider

log = logging.getLogger(__name__)
TRIES: Final = 8


def provider_of(channel: Channel) -> Provider:
    """Choose who carries: `OKPAY_MAIL_PROVIDER` and `OKPAY_SMS_PROVIDER` name them.

    Raises:
        PermanentProviderError: nobody of that name; the sandbox never stands in for them.
    """
    if channel is Channel.MAIL and settings.OKPAY_MAIL_PROVIDER == "smtp":
        return SmtpProvider()
    mail = channel is Channel.MAIL
    name = settings.OKPAY_MAIL_PROVIDER if mail else settings.OKPAY_SMS_PROVIDER
    if name != "sandbox":
        raise PermanentProviderError(f"no provider is called {name}")
    from okpay.notices.providers.sandbox.client import SandboxProvider  # noqa: PLC0415 — an HTTP client costs 4 MB and more where nobody calls

    return SandboxProvider(settings.OKPAY_SANDBOX_URL)


def letter_of(outgoing: Outgoing) -> Letter:
    """Make what a provider is given.

    The word of a mail's person comes in here, on every way out, and is never kept in a queue.
    """
    head = ""
    if outgoing.channel == Channel.MAIL:  # read on a lock screen, a text message keeps no secret
        head = word.letterhead(recipient=outgoing.recipient)
    return Letter(
        message_id=f"out_{outgoing.pk.hex}",
        channel=Channel(outgoing.channel),
        sender=outgoing.sender,
        recipient=outgoing.recipient,
        subject=outgoing.subject,
        text=letters.headed(head, outgoing.text),
        html=letters.headed_html(head, outgoing.html),
        purpose=outgoing.purpose,
    )


def deliver(*, outgoing_id: UUID, now: datetime) -> None:
    """Send one outgoing message, outside any transaction.

    A crash after the provider took it and before we wrote so sends it again with the same id.

    Raises:
        RetryableProviderError: to be tried again; after the last try the message is dead instead.
    """
    outgoing = operations.begin_attempt(outgoing_id=outgoing_id)
    if outgoing is None:
        return
    letter = letter_of(outgoing)
    try:
        provider_of(letter.channel).send(letter)
    except PermanentProviderError as error:
        _bury(outgoing, str(error), now)
    except RetryableProviderError as error:
        if outgoing.attempts >= TRIES:
            _bury(outgoing, str(error), now)
            return
        operations.note_error(outgoing_id=outgoing_id, error=str(error))
        raise
    else:
        operations.move(outgoing_id=outgoing_id, to=Sending.SENT, now=now)


def _bury(outgoing: Outgoing, error: str, now: datetime) -> None:
    log.error("%s could not be sent and is dead: %s", outgoing, error)
    operations.move(outgoing_id=outgoing.pk, to=Sending.DEAD, error=error, now=now)
