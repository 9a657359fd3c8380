"""Mail by a mail server, through Django's own SMTP backend and its EMAIL_* settings."""

from __future__ import annotations

import smtplib
from typing import Final

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from okpay.notices.errors import PermanentProviderError, RetryableProviderError
from okpay.notices.schemas import Letter

TIMEOUT: Final = 10  # seconds
PERMANENT: Final = 500


class SmtpProvider:
    """Sends mail with a Message-ID that stays the same over retries."""

    def send(self, letter: Letter) -> None:
        """Hand one letter over; see the Protocol."""
        message = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.text,
            from_email=letter.sender,
            to=[letter.recipient],
            headers={"Message-ID": f"<{letter.message_id}@okpay>"},
        )
        if letter.html:
            message.attach_alternative(letter.html, "text/html")
        try:
            EmailBackend(timeout=TIMEOUT).send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _text in error.recipients.values()]
            kind = PermanentProviderError if min(codes) >= PERMANENT else RetryableProviderError
            raise kind(f"SMTP {min(codes)}") from error
        except smtplib.SMTPResponseException as error:
            permanent = error.smtp_code >= PERMANENT
            kind = PermanentProviderError if permanent else RetryableProviderError
            raise kind(f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise RetryableProviderError(type(error).__name__) from error
