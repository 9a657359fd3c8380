"""Mail and SMS into the sandbox's viewer."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Final

import httpx

from okpay.notices.errors import PermanentProviderError, RetryableProviderError
from okpay.notices.schemas import Letter

TIMEOUT: Final = httpx.Timeout(5, connect=2)  # seconds
SLOW_DOWN: Final = 429
SERVER: Final = 500
REFUSED: Final = 400


@cache
def trust() -> ssl.SSLContext:
    """Read the certificates we trust once; it costs more than the request."""
    return httpx.create_ssl_context()


class SandboxProvider:
    """Posts letters to the sandbox over HTTP; the sandbox keeps one for each message id."""

    def __init__(self, base_url: str) -> None:
        """Remember where the sandbox listens."""
        self.base_url = base_url

    def send(self, letter: Letter) -> None:
        """Hand one letter over; see the Protocol."""
        body = {
            "id": letter.message_id,
            "to": letter.recipient,
            "from": letter.sender,
            "subject": letter.subject,
            "text": letter.text,
            "html": letter.html,
            "purpose": letter.purpose,
        }
        try:
            answer = httpx.post(
                f"{self.base_url}/{letter.channel}/v1/messages",
                json=body,
                timeout=TIMEOUT,
                verify=trust(),
            )
        except httpx.HTTPError as error:
            raise RetryableProviderError(type(error).__name__) from error
        if answer.status_code == SLOW_DOWN or answer.status_code >= SERVER:
            raise RetryableProviderError(f"HTTP {answer.status_code}")
        if answer.status_code >= REFUSED:
            raise PermanentProviderError(f"HTTP {answer.status_code}")
