"""Proof that what was published is what was signed, day after day, and is still guarded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from okpay.kernel.money import BY_NUMBER, Money
from okpay.kernel.signing import verify
from okpay.ledger.liabilities.guards import FORWARD
from okpay.ledger.liabilities.statement import NO_PREVIOUS, Line, digest_of, write
from okpay.ledger.proof.check import Asked, Check

if TYPE_CHECKING:
    from psycopg import Connection

_STATEMENTS: Final = """
SELECT day, as_of, text, signature, public_key FROM liabilities_statement ORDER BY day
"""
_TREES: Final = """
SELECT t.statement_id, t.asset, t.total, t.root, t.leaves, b.leaves
FROM liabilities_tree t LEFT JOIN (
  SELECT tree_id, sum(length(leaves)) / 48 AS leaves FROM liabilities_block GROUP BY tree_id
) b ON b.tree_id = t.id ORDER BY t.statement_id, t.asset
"""
_TRIGGERS: Final = """
SELECT count(*) FROM pg_trigger
WHERE tgname = ANY(%s) AND tgenabled IN ('O', 'A') AND tgqual IS NULL
"""
_GUARDS: Final = re.findall(r"CREATE TRIGGER (\w+)", FORWARD)


def _guards(connection: Connection[Any]) -> tuple[int, list[str]]:
    row = connection.execute(_TRIGGERS, [_GUARDS]).fetchone()
    missing = len(_GUARDS) - (row[0] if row else 0)
    said = f"{missing} of the triggers that guard publications are missing or switched off"
    return len(_GUARDS), [said] if missing else []


def _chain(connection: Connection[Any]) -> tuple[int, list[str]]:
    """Each statement is signed, names the one before, and says what its trees say."""
    trees: dict[object, list[Line]] = {}
    broken = []
    for day, asset, total, root, leaves, kept in connection.execute(_TREES).fetchall():
        trees.setdefault(day, []).append(Line(Money(BY_NUMBER[asset], int(total)), bytes(root)))
        if kept is not None and kept != leaves:
            broken.append(f"tree of {day}, asset {asset}: {kept} leaves are kept of {leaves}")
    previous = NO_PREVIOUS
    rows = connection.execute(_STATEMENTS).fetchall()
    for day, at, text, signature, key in rows:
        if not verify(bytes(key), text.encode(), bytes(signature)):
            broken.append(f"statement of {day}: its signature does not belong to it")
        if text != write(day, at, previous, trees.get(day, [])):
            broken.append(f"statement of {day}: it is not what its trees and the one before say")
        previous = digest_of(text)
    return len(rows) + 1, broken  # the end of the chain is looked at too


PUBLISHED: Final[tuple[Check, ...]] = (
    Asked("the triggers that guard publications are in force", _guards),
    Asked("every published total is signed, in its chain, and what its trees say", _chain),
)
