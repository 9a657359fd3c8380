"""Every sealed column that is registered is there, and rotation can find its rows and owners."""

from __future__ import annotations

import ast
from pathlib import Path

import psycopg

import okpay
from okpay.kernel.crypto.columns import columns

_TYPES = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s
"""
_UNIQUE = """
SELECT a.attname FROM pg_index i JOIN pg_attribute a
  ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indisunique AND i.indnkeyatts = 1 AND i.indpred IS NULL AND i.indrelid = to_regclass(%s)
"""


def _calls(name: str) -> set[tuple[str, str]]:
    """Table and column of every call of a function with both written out."""
    found = set()
    for path in Path(okpay.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                given = {word.arg: word.value for word in node.keywords}
                values = [given.get("table"), given.get("column")]
                if all(isinstance(value, ast.Constant) for value in values):
                    found.add(tuple(ast.literal_eval(value) for value in values if value))
    return found


def test_every_sealed_column_can_be_turned_over(owner_connection: psycopg.Connection) -> None:
    odd = []
    known = [one for one in columns() if one.table != "kernel_test_sealed"]  # of a test beside
    for one in known:
        types: dict[str, str] = dict(owner_connection.execute(_TYPES, [one.table]).fetchall())
        unique = [row[0] for row in owner_connection.execute(_UNIQUE, [one.table]).fetchall()]
        fits = (
            types.get(one.column) == "bytea"
            and one.key in unique
            and (not one.subject or types.get(one.subject) == "uuid")
        )
        if not fits:
            odd.append(one)
    assert odd == []


def test_what_is_sealed_in_the_code_is_registered() -> None:
    known = {(one.table, one.column) for one in columns()}
    assert _calls("seal") - known == set()
    assert _calls("unseal") - known == set()
