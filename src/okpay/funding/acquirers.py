"""Which acquirer charges cards in this installation, and how many of us may wait for it."""

from __future__ import annotations

import contextlib
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from django.conf import settings

from okpay.funding.errors import RetryableAcquirerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from okpay.funding.providers.base import Acquirer
    from okpay.funding.schemas import Delivery, Opened, Order, Report

# A web process has four threads: with two of them waiting for a slow acquirer, pages and payments
# still go on in the others.
AT_ONCE: Final = 2
TURN: Final = 1  # second to wait for one's turn; an acquirer that is well answers in less

_turns: Final = BoundedSemaphore(AT_ONCE)


class Bounded:
    """An acquirer for whom at most `AT_ONCE` threads of this process wait; others may ask again."""

    def __init__(self, inner: Acquirer) -> None:
        """Stand before an acquirer."""
        self._inner = inner
        self.name = inner.name

    def open(self, order: Order) -> Opened:
        """As the Protocol says."""
        with _turn():
            return self._inner.open(order)

    def fetch(self, reference: str) -> Report:
        """As the Protocol says."""
        with _turn():
            return self._inner.fetch(reference)

    def read_webhook(self, raw: bytes, headers: Mapping[str, str]) -> Delivery:
        """As the Protocol says; nobody is waited for."""
        return self._inner.read_webhook(raw, headers)


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=TURN):
        raise RetryableAcquirerError("too many calls are under way already")
    try:
        yield
    finally:
        _turns.release()


def acquirer() -> Acquirer:
    """Return the acquirer in use."""
    from okpay.funding.providers.sandbox_acquirer.client import SandboxAcquirer  # noqa: PLC0415 — an HTTP client costs 4 MB and more where nobody calls

    return Bounded(
        SandboxAcquirer(
            base_url=settings.OKPAY_SANDBOX_URL,
            key=settings.OKPAY_ACQUIRER_KEY,
            webhook_secret=settings.OKPAY_ACQUIRER_SECRET,
        )
    )
