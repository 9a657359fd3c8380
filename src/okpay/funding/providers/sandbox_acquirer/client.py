"""The sandbox acquirer over HTTP."""

from __future__ import annotations

import ssl
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import httpx

from okpay.funding.errors import (
    PermanentAcquirerError,
    RetryableAcquirerError,
    UnknownReferenceError,
)
from okpay.funding.providers.sandbox_acquirer import webhooks
from okpay.funding.schemas import Opened, Order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from okpay.funding.schemas import Delivery, Report

TIMEOUT: Final = httpx.Timeout(6, connect=2)  # seconds
NOT_FOUND: Final = 404
SLOW_DOWN: Final = 429
SERVER: Final = 500


@cache
def trust() -> ssl.SSLContext:
    """Read the certificates we trust once; it costs more than the request."""
    return httpx.create_ssl_context()


class SandboxAcquirer:
    """A client of `okpay.sandbox`; its key and webhook secret come from the settings."""

    name = "sandbox"

    def __init__(self, *, base_url: str, key: str, webhook_secret: str) -> None:
        """Keep where the acquirer is and how we prove who we are."""
        self.base_url = f"{base_url}/acquirer/v1/payments"
        self.headers = {"Authorization": f"Bearer {key}"}
        self.webhook_secret = webhook_secret

    def open(self, order: Order) -> Opened:
        """Open a card page; see the Protocol."""
        body = {
            "reference": order.reference,
            "amount": {
                "amount": order.money.decimal_string(),
                "currency": order.money.asset.code,
            },
            "merchant": order.merchant,
            "return_url": order.return_url,
            "webhook_url": order.webhook_url,
            "language": order.language,
        }
        found = self._call("POST", self.base_url, body)
        return Opened(provider_id=str(found["id"]), hosted_url=str(found["hosted_url"]))

    def fetch(self, reference: str) -> Report:
        """Ask how an order stands; see the Protocol."""
        return webhooks.report_of(self._call("GET", f"{self.base_url}/{reference}"))

    def read_webhook(self, raw: bytes, headers: Mapping[str, str]) -> Delivery:
        """Check and read a webhook; see the Protocol."""
        return webhooks.read(raw, headers, self.webhook_secret)

    def _call(self, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = httpx.request(
                method, url, json=body, headers=self.headers, timeout=TIMEOUT, verify=trust()
            )
        except httpx.HTTPError as error:
            raise RetryableAcquirerError(type(error).__name__) from error
        if answer.status_code == NOT_FOUND:
            raise UnknownReferenceError
        if answer.status_code == SLOW_DOWN or answer.status_code >= SERVER:
            raise RetryableAcquirerError(f"HTTP {answer.status_code}")
        if not answer.is_success:
            raise PermanentAcquirerError(f"HTTP {answer.status_code}")
        try:
            found: dict[str, Any] = answer.json()
        except ValueError as error:
            raise RetryableAcquirerError("the answer is no JSON") from error
        return found
