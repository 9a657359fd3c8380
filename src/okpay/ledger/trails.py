"""The trails of this house: every batch of the book, and every row of the audit trail."""

from __future__ import annotations

from typing import Final

from okpay.kernel.trails import AUDIT, UTC, Trail

BOOK: Final = Trail(
    name="book",
    source="ledger_batch",
    seals="ledger_seal",
    column="batch",
    entry=(
        "json_build_array(r.id, r.xid, to_char(r.at AT TIME ZONE 'UTC', " + UTC + "),"
        " r.transfers, encode(r.digest, 'hex'))::text"
    ),
)
TRAILS: Final = (BOOK, AUDIT)
