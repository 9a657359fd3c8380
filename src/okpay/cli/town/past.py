"""The town's month lies in the past, and the book takes no entry of the past (M4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

GUARDS: Final = (
    ("ledger_batch", "ledger_batch_backdated"),
    ("ledger_transfer", "ledger_transfer_backdated"),
)


@contextmanager
def past_allowed(url: str) -> Iterator[None]:
    """Let the owner of the database book into the past, for the demo's story only.

    The guards are on again afterwards, whatever happens; `okpay verify` tells when they are not.
    """
    _switch(url, "DISABLE")
    try:
        yield
    finally:
        _switch(url, "ENABLE")


def _switch(url: str, way: str) -> None:
    with psycopg.connect(url) as link:
        for table, guard in GUARDS:
            link.execute(
                sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                    sql.Identifier(table), sql.SQL(way), sql.Identifier(guard)
                )
            )
