"""Publish what customers are owed: once a day, signed, for ever."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from okpay.kernel import audit
from okpay.kernel.money import BY_NUMBER, Money
from okpay.kernel.signing import public_key, sign
from okpay.ledger import as_of
from okpay.ledger.chart import AccountKind
from okpay.ledger.liabilities import merkle
from okpay.ledger.liabilities.days import due_days, start_of
from okpay.ledger.liabilities.leaves import NegativeLeafError, read_leaves
from okpay.ledger.liabilities.models import Block, Statement, Tree
from okpay.ledger.liabilities.statement import NO_PREVIOUS, Line, digest_of, write
from okpay.ledger.settling import NotSettledError, settle

if TYPE_CHECKING:
    from okpay.kernel.actor import Actor

KEPT: Final = timedelta(days=35)  # how long paths are ready to be read
_LOCK: Final = "SELECT pg_advisory_xact_lock(7102, 1)"  # one publication at a time
_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class TotalsDifferError(RuntimeError):
    """The tree and the ledger say different totals; nothing is published."""


class OutOfOrderError(RuntimeError):
    """The day lies before one that is published, or has not begun."""


# What may stand in the way of a publication, each said in one sentence.
PUBLISHING_ERRORS: Final = (
    OutOfOrderError,
    TotalsDifferError,
    NegativeLeafError,
    NotSettledError,
    merkle.DuplicateLeafError,
)


@dataclass(frozen=True, slots=True)
class _Grown:
    """A tree that is not stored yet."""

    total: Money
    salt: bytes
    built: merkle.Built

    @property
    def line(self) -> Line:
        return Line(self.total, self.built.root[: merkle.HASH])


def publish_due(*, actor: Actor, now: datetime) -> list[Statement]:
    """Publish every day that is due, and let go of paths that are old; safe to run at any time.

    A past balance is exact, so a day that was missed is made up for as it would have been.

    Raises:
        what `publish_day` raises.
    """
    done = [publish_day(actor=actor, day=day, now=now) for day in due_days(now)]
    Block.objects.filter(tree__statement__as_of__lt=now - KEPT).delete()
    return done


def publish_day(*, actor: Actor, day: date, now: datetime) -> Statement:
    """Build, sign and store the trees of all assets as of the day's first instant, once.

    A day that is published is returned as it stands.

    Raises:
        OutOfOrderError: a later day is published already, or this one has not begun.
        NotSettledError: a booking from before the day is still open after a minute.
        NegativeLeafError: a wallet was below zero; names the account.
        TotalsDifferError: the wallets and all other accounts did not sum to zero.
    """
    found = Statement.objects.filter(day=day).first()
    if found is not None:
        return found
    _refuse_disorder(day, now)
    settle(start_of(day))
    return _store(actor, day, _grow(start_of(day), now), now)


def _refuse_disorder(day: date, now: datetime) -> None:
    last = Statement.objects.order_by("-day").first()
    if last is not None and last.day > day:
        raise OutOfOrderError(f"{last.day} is published already, and each names the one before")
    if start_of(day) > now:
        raise OutOfOrderError(f"{day} has not begun")


@transaction.atomic(durable=True)
def _grow(at: datetime, now: datetime) -> list[_Grown]:
    """Grow the trees from one snapshot, without writing, so that nobody waits for it."""
    with connection.cursor() as cursor:
        cursor.execute(_SNAPSHOT)
        cursor.execute("SET LOCAL jit = off")
    owed = _owed(as_of.totals(at, now))
    return [_grow_one(asset, total, at) for asset, total in owed.items()]


def _owed(totals: Sequence[as_of.Total]) -> dict[int, int]:
    """Return what wallets hold by asset: those that were used, and equal to the rest of the book.

    Raises:
        TotalsDifferError: they are not equal.
    """
    owed: dict[int, int] = {}
    rest: dict[int, int] = {}
    for one in totals:
        side = owed if one.kind == AccountKind.WALLET else rest
        if one.accounts:
            side[one.asset] = side.get(one.asset, 0) + one.posted
    for asset in owed.keys() | rest.keys():
        if owed.get(asset, 0) != -rest.get(asset, 0):
            raise TotalsDifferError(
                f"asset {asset}: wallets hold {owed.get(asset, 0)}, the rest of the book "
                f"{rest.get(asset, 0)}; they must sum to zero"
            )
    return owed


def _grow_one(asset: int, owed: int, at: datetime) -> _Grown:
    salt = secrets.token_bytes(merkle.SALT)
    built = merkle.build(read_leaves(asset, at, salt), salt)
    total = merkle.sum_of(built.root)
    if total != owed:
        raise TotalsDifferError(f"asset {asset}: the tree sums to {total}, the ledger to {owed}")
    return _Grown(Money(BY_NUMBER[asset], total), salt, built)


@transaction.atomic(durable=True)
def _store(actor: Actor, day: date, trees: Sequence[_Grown], now: datetime) -> Statement:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    found = Statement.objects.filter(day=day).first()
    if found is not None:  # another process was faster
        return found
    _refuse_disorder(day, now)
    last = Statement.objects.order_by("-day").first()
    text = write(
        day,
        start_of(day),
        NO_PREVIOUS if last is None else digest_of(last.text),
        [tree.line for tree in trees],
    )
    statement = Statement.objects.create(
        day=day,
        as_of=start_of(day).astimezone(UTC),
        text=text,
        signature=sign(text.encode()).value,
        public_key=public_key(),
        published_at=now,
    )
    for tree in trees:
        _store_tree(statement, tree)
    audit.record(
        actor=actor,
        action="ledger.liabilities.published",
        subject=day.isoformat(),
        data={"statement": digest_of(text)},
        now=now,
    )
    return statement


def _store_tree(statement: Statement, tree: _Grown) -> None:
    row = Tree.objects.create(
        statement=statement,
        asset=tree.total.asset.number,
        root=tree.built.root[: merkle.HASH],
        total=tree.total.minor,
        leaves=tree.built.leaves,
        salt=tree.salt,
        tops=tree.built.tops,
    )
    Block.objects.bulk_create(
        [
            Block(tree=row, number=number, first=packed[: merkle.HASH], leaves=packed)
            for number, packed in enumerate(tree.built.blocks)
        ],
        batch_size=100,
    )
