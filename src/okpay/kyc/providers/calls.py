"""HTTP calls to a verifier: time limits, and which failures may be tried again."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any, Final

import httpx

from okpay.kyc.providers.base import PermanentVerifierError, RetryableVerifierError

TIMEOUT: Final = httpx.Timeout(8, connect=2)  # seconds
SLOW_DOWN: Final = 429
SERVER: Final = 500


@cache
def trust() -> ssl.SSLContext:
    """Read the certificates we trust once; it costs more than the request."""
    return httpx.create_ssl_context()


def client(headers: dict[str, str], transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """Return a client with our limits; `transport` stands in for the network in tests."""
    if transport is not None:
        return httpx.Client(headers=headers, timeout=TIMEOUT, transport=transport)
    return httpx.Client(headers=headers, timeout=TIMEOUT, verify=trust())


def call(link: httpx.Client, method: str, url: str, **content: Any) -> dict[str, Any]:
    """Send one request and return its JSON.

    Raises:
        RetryableVerifierError: no answer, 429, 5xx, or an answer that is no JSON object.
        PermanentVerifierError: any other refusal.
    """
    try:
        answer = link.request(method, url, **content)
    except httpx.HTTPError as error:
        raise RetryableVerifierError(type(error).__name__) from error
    if answer.status_code == SLOW_DOWN or answer.status_code >= SERVER:
        raise RetryableVerifierError(f"HTTP {answer.status_code}")
    if not answer.is_success:
        raise PermanentVerifierError(f"HTTP {answer.status_code}")
    try:
        found = answer.json()
    except ValueError as error:
        raise RetryableVerifierError("the answer is no JSON") from error
    if not isinstance(found, dict):
        raise RetryableVerifierError("the answer is no object")
    return found
