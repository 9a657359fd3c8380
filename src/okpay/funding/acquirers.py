"""Which acquirer charges cards in this installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from okpay.funding.providers.sandbox_acquirer.client import SandboxAcquirer

if TYPE_CHECKING:
    from okpay.funding.providers.base import Acquirer


def acquirer() -> Acquirer:
    """Return the acquirer in use."""
    return SandboxAcquirer(
        base_url=settings.OKPAY_SANDBOX_URL,
        key=settings.OKPAY_ACQUIRER_KEY,
        webhook_secret=settings.OKPAY_ACQUIRER_SECRET,
    )
