"""Read what was published, and one customer's way into it. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from okpay.kernel.ids import encode
from okpay.kernel.money import BY_NUMBER, Asset, Money
from okpay.ledger import as_of
from okpay.ledger.liabilities import merkle
from okpay.ledger.liabilities.models import Block, Statement, Tree

if TYPE_CHECKING:
    from uuid import UUID

    from okpay.ledger.as_of import Past

FORMAT: Final = "okpay-proof-of-liabilities/1"
MOST: Final = 400  # statements on the public page: a year and a month


@dataclass(frozen=True, slots=True)
class Published:
    """A statement as anybody may see it."""

    day: date
    as_of: datetime
    text: str
    signature: bytes
    public_key: bytes
    totals: tuple[tuple[Money, bytes], ...]  # with the root of each


@dataclass(frozen=True, slots=True)
class Share:
    """One customer's balance in one tree. `steps` is None where the tree does not have it."""

    asset: Asset
    balance: Money
    total: Money
    root: bytes
    nonce: bytes
    steps: tuple[merkle.Step, ...] | None


def published(*, before: date | None = None, limit: int = 30) -> list[Published]:
    """List statements, newest first, at most `MOST`."""
    rows = Statement.objects.order_by("-day").prefetch_related("trees")
    if before is not None:
        rows = rows.filter(day__lt=before)
    return [_published(row) for row in rows[: min(limit, MOST)]]


def latest(day: date | None = None) -> Published | None:
    """Return the newest statement, or that of one day; None when there is none."""
    rows = Statement.objects.order_by("-day").prefetch_related("trees")
    row = (rows if day is None else rows.filter(day=day)).first()
    return None if row is None else _published(row)


def _published(row: Statement) -> Published:
    trees = sorted(row.trees.all(), key=_place)
    return Published(
        day=row.day,
        as_of=row.as_of,
        text=row.text,
        signature=bytes(row.signature),
        public_key=bytes(row.public_key),
        totals=tuple((_total(tree), bytes(tree.root)) for tree in trees),
    )


def _place(tree: Tree) -> int:
    return list(BY_NUMBER).index(tree.asset)


def _total(tree: Tree) -> Money:
    return Money(BY_NUMBER[tree.asset], int(tree.total))


def shares(customer: UUID, day: date, now: datetime) -> list[Share]:
    """Return a customer's balance, and the way to the root, in each tree of a day.

    Only of assets that the customer's wallet had moved in by then.
    """
    statement = Statement.objects.get(day=day)
    had = {one.asset: one for one in as_of.of_owner(customer, statement.as_of, now) if one.seq}
    trees = sorted(statement.trees.all(), key=_place)
    return [_share(customer, tree, had[tree.asset]) for tree in trees if tree.asset in had]


def _share(customer: UUID, tree: Tree, past: Past) -> Share:
    salt = bytes(tree.salt)
    nonce = merkle.nonce_of(salt, customer)
    return Share(
        asset=BY_NUMBER[tree.asset],
        balance=Money(BY_NUMBER[tree.asset], past.posted),
        total=_total(tree),
        root=bytes(tree.root),
        nonce=nonce,
        steps=_steps(tree, merkle.leaf_of(customer, nonce, past.posted), salt),
    )


def _steps(tree: Tree, leaf: bytes, salt: bytes) -> tuple[merkle.Step, ...] | None:
    blocks = Block.objects.filter(tree=tree, first__lte=leaf[: merkle.HASH])
    block = blocks.order_by("-first").first()
    if block is None:
        return None
    found = merkle.path_of(bytes(block.leaves), bytes(tree.tops), block.number, leaf, salt)
    return None if found is None else tuple(found)


def proof_file(customer: UUID, statement: Published, share: Share) -> dict[str, object]:
    """Return all that somebody needs to check a share without us, as plain data for JSON.

    Amounts are decimal strings in the major unit. None of it is secret from the customer; the
    nonce and the path are nobody else's business.
    """
    return {
        "format": FORMAT,
        "statement": statement.text,
        "signature": statement.signature.hex(),
        "public_key": statement.public_key.hex(),
        "customer": encode("cus", customer),
        "asset": share.asset.code,
        "balance": share.balance.decimal_string(),
        "nonce": share.nonce.hex(),
        "path": [_written(step, share.asset) for step in share.steps or ()],
    }


def _written(step: merkle.Step, asset: Asset) -> dict[str, str]:
    return {
        "side": "left" if step.left else "right",
        "hash": step.node[: merkle.HASH].hex(),
        "sum": Money(asset, merkle.sum_of(step.node)).decimal_string(),
    }
