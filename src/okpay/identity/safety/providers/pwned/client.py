"""Ask the range API of Pwned Passwords: `GET {base}/range/{five hex digits}`.

https://haveibeenpwned.com/API/v3#PwnedPasswords. With `Add-Padding` every answer has about the
same length, so that nobody beside the line learns which prefix was asked for.
"""

from __future__ import annotations

import re
from typing import Final

import httpx

from okpay.identity.safety.providers.base import BreachServiceError

TIMEOUT: Final = 1.5  # seconds; somebody waits in front of a form
MOST_BYTES: Final = 512 * 1024
_LINE: Final = re.compile(r"^([0-9A-F]{35}):([0-9]+)$")


class RangeClient:
    """Asks one address over HTTPS (or a mirror in one's own network)."""

    def __init__(self, base: str, transport: httpx.BaseTransport | None = None) -> None:
        """Keep the address, without a trailing slash; `transport` is for tests."""
        self._base = base.rstrip("/")
        self._transport = transport

    def suffixes(self, prefix: str) -> frozenset[str]:
        """Return the breached suffixes.

        Raises:
            BreachServiceError: no answer in time, or not one of this API.
        """
        headers = {"Add-Padding": "true", "User-Agent": "OKPay"}
        try:
            with httpx.Client(transport=self._transport, timeout=TIMEOUT) as client:
                answer = client.get(f"{self._base}/range/{prefix}", headers=headers)
                answer.raise_for_status()
        except httpx.HTTPError as failed:
            raise BreachServiceError(type(failed).__name__) from failed
        if len(answer.content) > MOST_BYTES:
            raise BreachServiceError("the answer is too long")
        found = (_LINE.match(line.strip().upper()) for line in answer.text.splitlines())
        return frozenset(line[1] for line in found if line and int(line[2]) > 0)
