"""The box's memory: one SQLite file in the state folder, so that a restart forgets nothing."""

from __future__ import annotations

import os
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any, Final

from okpay.config.env import ENV

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY, reference TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
    amount TEXT NOT NULL, currency TEXT NOT NULL, merchant TEXT NOT NULL, language TEXT NOT NULL,
    return_url TEXT NOT NULL, webhook_url TEXT NOT NULL, state TEXT NOT NULL,
    decline_code TEXT NOT NULL DEFAULT '', brand TEXT NOT NULL DEFAULT '',
    last4 TEXT NOT NULL DEFAULT '', expiry TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0, resolves_at REAL NOT NULL DEFAULT 0,
    created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY, webhook_id TEXT NOT NULL, payment_id TEXT NOT NULL,
    url TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL NOT NULL, state TEXT NOT NULL, answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, next_at);
CREATE TABLE IF NOT EXISTS messages (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, channel TEXT NOT NULL,
    sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
    html TEXT NOT NULL, purpose TEXT NOT NULL, received_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS messages_to ON messages (channel, recipient, number);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

Row = dict[str, Any]


class Store:
    """A thin hand on SQLite. Every call is short; the box has one thread."""

    def __init__(self, path: Path | str) -> None:
        """Open the file and lay the tables; an existing file keeps its rows."""
        if path != ":memory:":  # it holds codes and links: nobody else reads it, nor its journals
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            Path(path).chmod(0o600)
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.execute("PRAGMA secure_delete=ON")
        self.connection.executescript(SCHEMA)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Return all rows of a query."""
        return [dict(row) for row in self.connection.execute(sql, values).fetchall()]

    def row(self, sql: str, *values: object) -> Row | None:
        """Return the first row of a query, or nothing."""
        found = self.connection.execute(sql, values).fetchone()
        return dict(found) if found else None

    def write(self, sql: str, *values: object) -> int:
        """Run one statement and return how many rows it touched."""
        return self.connection.execute(sql, values).rowcount

    def setting(self, name: str, default: str) -> str:
        """Return a stored setting."""
        found = self.row("SELECT value FROM settings WHERE name = ?", name)
        return str(found["value"]) if found else default

    def keep(self, name: str, value: str) -> None:
        """Store a setting."""
        self.write("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", name, value)


@cache
def store() -> Store:
    """Return the box's memory, opened at first use."""
    ENV.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Store(ENV.home / "sandbox.sqlite3")
