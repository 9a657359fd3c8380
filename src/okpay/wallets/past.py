"""What a customer had at a past instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from okpay.kernel.money import ASSETS, Asset, Money
from okpay.ledger import as_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class BalanceThen:
    """One asset at an instant; `sequence` is the account's last movement by then, 0 for none."""

    asset: Asset
    posted: Money
    held: Money
    available: Money
    sequence: int


def balances_as_of(person_id: UUID, at: datetime, now: datetime) -> list[BalanceThen]:
    """List what a person had, in the order of the assets; zero before a wallet's first movement.

    Raises:
        MomentInFutureError: `at` is later than `now`.
    """
    found = {one.asset: one for one in as_of.of_owner(person_id, at, now)}
    return [
        _balance(asset, found[asset.number]) for asset in ASSETS.values() if asset.number in found
    ]


def _balance(asset: Asset, past: as_of.Past) -> BalanceThen:
    return BalanceThen(
        asset=asset,
        posted=Money(asset, past.posted),
        held=Money(asset, past.held),
        available=Money(asset, past.available),
        sequence=past.seq,
    )
