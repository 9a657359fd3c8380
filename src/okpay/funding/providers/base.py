"""What every card acquirer must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from okpay.funding.schemas import Delivery, Opened, Order, Report


class Acquirer(Protocol):
    """Charges cards on its own page. We never see a card's number.

    When money may move: only after the person finished on the acquirer's page. `open` alone never
    charges, and may be repeated with the same reference. A time-out of any call says nothing about
    the charge: only `fetch` or a signed webhook does.
    """

    name: str

    def open(self, order: Order) -> Opened:
        """Open a page for an order; the same reference answers the same page.

        Raises:
            RetryableAcquirerError: unknown whether it was opened; call again.
            PermanentAcquirerError: refused, nothing was opened.
        """
        ...

    def fetch(self, reference: str) -> Report:
        """Ask how an order stands.

        Raises:
            RetryableAcquirerError: no answer now.
            UnknownReferenceError: it never got the order.
        """
        ...

    def read_webhook(self, raw: bytes, headers: Mapping[str, str]) -> Delivery:
        """Check the signature over the raw bytes, and read what was sent.

        Raises:
            BadSignatureError: missing, wrong, or more than five minutes off.
        """
        ...
