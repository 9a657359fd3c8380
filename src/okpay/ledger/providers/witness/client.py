"""A witness behind an address: the signed note is posted as text, any 2xx has taken it."""

from __future__ import annotations

from typing import Final

import httpx

from okpay.ledger.providers.base import WitnessError

TIMEOUT: Final = httpx.Timeout(10, connect=5)  # seconds


class HttpWitness:
    """Posts to the address of the operator's choice; redirects are not followed."""

    def __init__(self, url: str) -> None:
        """Remember the address."""
        self._url = url

    def keep(self, note: str) -> None:
        """Hand over one signed checkpoint; see the Protocol."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            answer = httpx.post(self._url, content=note.encode(), headers=headers, timeout=TIMEOUT)
        except httpx.HTTPError as error:
            raise WitnessError(type(error).__name__) from error
        if not answer.is_success:
            message = f"HTTP {answer.status_code}"
            raise WitnessError(message)
