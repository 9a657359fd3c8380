"""The engine's own connection to PostgreSQL: its role, its planner, how it reads numbers."""

from __future__ import annotations

from typing import Any, Final

import psycopg
from psycopg.types.numeric import IntLoader

# Every statement of the engine touches rows by key; a scan can only be a mistake of the planner.
SETTINGS: Final = (
    "-c role=okpay_book -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
    " -c plan_cache_mode=force_generic_plan -c jit=off -c statement_timeout=4s"
    " -c lock_timeout=2s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
)


def connect(url: str) -> psycopg.Connection[Any]:
    """Open the engine's connection, in autocommit: the writer says BEGIN and COMMIT itself."""
    connection = psycopg.connect(
        url, options=SETTINGS, autocommit=True, connect_timeout=5, application_name="okpay engine"
    )
    connection.adapters.register_loader("numeric", IntLoader)  # all of ours are NUMERIC(38,0)
    return connection
