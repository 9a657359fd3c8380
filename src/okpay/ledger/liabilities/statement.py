"""The text that is signed and published: one a day, over all assets, each naming the one before.

    OKPay proof of liabilities, version 1
    day 2026-11-21
    as-of 2026-11-20T16:00:00.000000Z
    previous none
    tree CNY 2 12345.67 0f3a…

`previous` is the SHA-256 of the statement before, so that no day can be changed or left out behind
the back of somebody who has seen a later one. A tree's line: asset, its decimals, what customers
are owed in all, and the root. Lines end with a line feed; the text is ASCII.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from okpay.kernel.money import Money

TITLE: Final = "OKPay proof of liabilities, version 1"
NO_PREVIOUS: Final = "none"


@dataclass(frozen=True, slots=True)
class Line:
    """One asset: the total that customers are owed, and the root over all of them."""

    total: Money
    root: bytes  # 32 bytes

    def __str__(self) -> str:
        """Write the line."""
        asset = self.total.asset
        total = self.total.decimal_string()
        return f"tree {asset.code} {asset.decimals} {total} {self.root.hex()}"


def write(day: date, as_of: datetime, previous: str, lines: Sequence[Line]) -> str:
    """Write a statement. `previous` is `digest_of` the one before, or `NO_PREVIOUS`."""
    head = [
        TITLE,
        f"day {day.isoformat()}",
        f"as-of {as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        f"previous {previous}",
    ]
    return "\n".join([*head, *map(str, lines)]) + "\n"


def digest_of(text: str) -> str:
    """Return the SHA-256 of a statement, as the next one names it."""
    return hashlib.sha256(text.encode()).hexdigest()
