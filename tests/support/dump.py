"""Search a database as a thief of its dump would: every text, document and byte column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import psycopg
from psycopg import sql

# Where e-mail and phone stand in plain text: nowhere (decision 21).
OPEN: set[str] = set()
_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
AND data_type IN ('text', 'character varying', 'json', 'jsonb', 'bytea', 'character')
"""
_SEARCH = """
SELECT n FROM unnest(%s::text[]) AS n WHERE EXISTS (
  SELECT 1 FROM {table} WHERE position(lower(n) IN lower({column}::text)) > 0
  OR position(encode(convert_to(n, 'UTF8'), 'hex') IN {column}::text) > 0)
"""


def found_in_dump(link: psycopg.Connection, needles: Mapping[str, str]) -> dict[str, set[str]]:
    """Return, for each kind of needle, the columns in which one stands, as text or as bytes.

    `needles` maps a text to its kind; a needle of bytes is given as its hexadecimal text.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for table, column in link.execute(_COLUMNS).fetchall():
        names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
        for (needle,) in link.execute(sql.SQL(_SEARCH).format(**names), [list(needles)]).fetchall():
            found[needles[needle]].add(f"{table}.{column}")
    return found
