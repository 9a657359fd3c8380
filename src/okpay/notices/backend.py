"""Django's mail backend: each mail becomes a row and a job, in the caller's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from okpay.notices import operations

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage


class EmailBackend(BaseEmailBackend):
    """Queues mails; nothing is sent inside the request."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue one mail for each recipient and return how many messages were taken."""
        for message in email_messages:
            html = _html(message)
            for recipient in message.recipients():
                operations.send_mail(
                    to=recipient,
                    subject=str(message.subject),
                    text=str(message.body),
                    html=html,
                    sender=str(message.from_email),
                    purpose=str(message.extra_headers.get("X-OKPay-Purpose", "")),
                )
        return len(email_messages)


def _html(message: EmailMessage) -> str:
    if not isinstance(message, EmailMultiAlternatives):
        return ""
    parts = [content for content, kind in message.alternatives if kind == "text/html"]
    return str(parts[0]) if parts else ""
