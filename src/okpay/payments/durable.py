"""Whether what a session sees is where commits are promised to be.

A commit that stopped waiting for its synchronous standby is visible here at once, though a
failover would undo it. So before an answer says "done" from what was read, the log is waited for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    import psycopg
    from psycopg.errors import Diagnostic

# Warning 01000 of PostgreSQL (src/backend/replication/syncrep.c), in its own words.
WAIT_CANCELED: Final = "canceling wait for synchronous replication"


def reached_standby(connection: psycopg.Connection[Any]) -> bool:
    """Wait until all that was committed so far has reached the standbys that must have it.

    One short question where none is set. Inside an open transaction it returns True: its own
    commit waits for the same, and says so itself.

    Returns:
        False when the wait was cancelled: what was read is then not certain to stay.
    """
    row = connection.execute("SELECT current_setting('synchronous_standby_names') = ''").fetchone()
    if row == (True,):
        return True
    warnings: list[str] = []

    def hear(said: Diagnostic) -> None:
        warnings.append(said.message_primary or "")

    connection.add_notice_handler(hear)
    try:
        connection.execute("SELECT pg_logical_emit_message(true, 'okpay', '')")
        if connection.info.transaction_status == TransactionStatus.INTRANS:
            return True
    finally:
        connection.remove_notice_handler(hear)
    return not any(WAIT_CANCELED in one for one in warnings)
