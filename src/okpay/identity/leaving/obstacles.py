"""What stands in the way of closing: money in the book, a freeze, and what others know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum

from okpay.identity.freezing import queries as freezes
from okpay.identity.leaving import hooks
from okpay.identity.leaving.hooks import Obstacle, Way
from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger.chart import AccountKind, HoldState
from okpay.ledger.models import Account, Hold

if TYPE_CHECKING:
    from uuid import UUID


def in_the_way(person_id: UUID) -> list[Obstacle]:
    """List everything, money first."""
    others = [one for find in hooks.obstacles for one in find(person_id)]
    return [*money_in_the_way(person_id), *_freeze(person_id), *others]


def money_in_the_way(person_id: UUID) -> list[Obstacle]:
    """List what the book holds of a person, or for them, in each currency."""
    wallets = Account.objects.filter(owner=person_id, kind=AccountKind.WALLET).order_by("asset")
    found = []
    for wallet in wallets:
        asset = BY_NUMBER[wallet.asset]
        free = int(wallet.posted) - int(wallet.held)
        if free:
            found.append(Obstacle(Way.BALANCE, Money(asset, free)))
        if wallet.held:
            found.append(Obstacle(Way.HELD, Money(asset, int(wallet.held))))
        coming = Hold.objects.filter(credit_account=wallet.id, state=HoldState.OPEN)
        total = coming.aggregate(all=Sum("amount"))["all"]
        if total:
            found.append(Obstacle(Way.INCOMING, Money(asset, int(total))))
    return found


def _freeze(person_id: UUID) -> list[Obstacle]:
    return [Obstacle(Way.FROZEN, count=1)] if freezes.standing(person_id) is not None else []
