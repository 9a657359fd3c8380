"""The ledger's tests use the same small worlds as the engine's."""

from __future__ import annotations

from tests.payments.conftest import world

__all__ = ["world"]
