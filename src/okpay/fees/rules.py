"""What a movement of money costs: the fee table in force, and the pure question asked of it."""

from __future__ import annotations

from typing import Final

TABLE: Final = "2026-11"  # the version shown beside every fee


def transfer_fee(amount: int) -> int:
    """Fee of a payment between people, in the asset's smallest unit: free."""
    return 0 * amount


def top_up_fee(amount: int) -> int:
    """Fee of a top-up by card, in the asset's smallest unit: free."""
    return 0 * amount
