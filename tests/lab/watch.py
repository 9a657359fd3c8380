"""What must hold at any moment, asked of the live database after every fault.

The whole history is checked at the end (`checker`); this is the part of it that needs no pause:
balances are what the transfers make, and what has been answered stands, once, or does not stand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, LiteralString

import msgspec
import psycopg

from tests.lab.history import Line

BOOK: Final[LiteralString] = """
WITH legs AS (
  SELECT debit_account AS account, debit_seq AS seq,
         CASE WHEN kind IN (1, 3) THEN -amount ELSE 0 END AS moved,
         CASE WHEN kind = 2 THEN amount WHEN kind = 1 THEN 0 ELSE -amount END AS held
  FROM ledger_transfer
  UNION ALL
  SELECT credit_account, credit_seq, amount, 0 FROM ledger_transfer WHERE credit_seq IS NOT NULL
), made AS (
  SELECT account, sum(moved) AS posted, sum(held) AS held, max(seq) AS last, count(*) AS seq
  FROM legs GROUP BY account
)
SELECT 'balance: account ' || a.id || ' is not what its transfers make'
FROM ledger_account a LEFT JOIN made m ON m.account = a.id
WHERE (a.posted, a.held, a.seq) IS DISTINCT FROM
      (COALESCE(m.posted, 0), COALESCE(m.held, 0), COALESCE(m.seq, 0))
   OR m.last <> m.seq
UNION ALL
SELECT 'conservation: asset ' || asset || ' sums to ' || sum(posted) FROM ledger_account
GROUP BY asset HAVING sum(posted) <> 0
UNION ALL
SELECT 'holds: account ' || id || ' has ' || posted || ' where ' || held || ' is held'
FROM ledger_account WHERE posted - held < floor
"""
STANDS: Final[LiteralString] = """
SELECT r.memo, count(*), count(t.id), min(r.amount) FROM wallets_record r
LEFT JOIN ledger_transfer t ON t.id = r.id WHERE r.memo = ANY(%s) GROUP BY r.memo
"""


class Watch:
    """Reads the journals as they grow, and compares what is new in them with the database."""

    def __init__(self, url: str, journals: Iterable[Path]) -> None:
        self.url = url
        self.places = dict.fromkeys(journals, 0)
        self.done = msgspec.json.Decoder(Line)

    def look(self) -> list[str]:
        """Return every line that cannot be, of what was answered since the last look."""
        told = [line for line in self._lines() if line.outcome is not None]
        with psycopg.connect(self.url) as link:
            link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            found = [row[0] for row in link.execute(BOOK)]
            wishes = [line.wish.id for line in told if line.wish.kind == "send"]
            stands = {row[0]: row[1:] for row in link.execute(STANDS, [wishes])}
        return [*found, *_judged(told, stands)]

    def _lines(self) -> Iterator[Line]:
        """Whole lines only: a client may be writing its next one."""
        for path, place in self.places.items():
            if not path.exists():
                continue
            with path.open("rb") as file:
                file.seek(place)
                for raw in file:
                    if not raw.endswith(b"\n"):
                        break
                    self.places[path] += len(raw)
                    yield self.done.decode(raw)


def _judged(told: list[Line], stands: dict[str, tuple[Any, ...]]) -> Iterator[str]:
    answers: dict[str, set[str]] = defaultdict(set)
    for line in told:
        outcome, wish = line.outcome, line.wish
        if outcome is None or outcome.result == "unknown" or wish.kind != "send":
            continue
        answers[wish.id].add(outcome.result)
        records, transfers, amount = stands.get(wish.id, (0, 0, 0))
        if outcome.result == "refused" and records:
            yield f"refused, yet present: {wish.id}"
        if outcome.result == "done" and (records, transfers, int(amount)) != (1, 1, wish.amount):
            yield f"acknowledged, stands {records} times with {transfers} transfers: {wish.id}"
    for wish_id, results in answers.items():
        if len(results) > 1:
            yield f"two answers: {wish_id}: {sorted(results)}"
