"""What the box keeps of mail and SMS: received once per id, listed newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.sandbox import clock
from okpay.sandbox.store import store

if TYPE_CHECKING:
    from okpay.sandbox.schemas import Incoming
    from okpay.sandbox.store import Row

KEPT: Final = 2_000  # the oldest beyond this are dropped, so that the file stays small


def receive(channel: str, message: Incoming) -> Row:
    """Keep a message; the same id again is the same message."""
    written = store().write(
        "INSERT OR IGNORE INTO messages (id, channel, sender, recipient, subject, text, html,"
        " purpose, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *(message.id, channel, message.sender, message.to.strip().lower(), message.subject),
        *(message.text, message.html, message.purpose, clock.now()),
    )
    if written:
        store().write(
            "DELETE FROM messages WHERE number <= (SELECT max(number) FROM messages) - ?", KEPT
        )
    found = find(channel, message.id)
    return found or {}


def find(channel: str, message_id: str) -> Row | None:
    """Return one message of a channel, or nothing."""
    return store().row("SELECT * FROM messages WHERE channel = ? AND id = ?", channel, message_id)


def listed(channel: str, to: str = "", *, exact: bool = False, limit: int = 50) -> list[Row]:
    """Return messages, newest first; `to` is a part of the recipient unless `exact`."""
    wish = to.strip().lower()
    pattern = wish if exact else f"%{wish}%"
    return store().rows(
        "SELECT * FROM messages WHERE channel = ? AND (? = '' OR recipient LIKE ?)"
        " ORDER BY number DESC LIMIT ?",
        *(channel, wish, pattern, limit),
    )


def count(channel: str) -> int:
    """Return how many messages a channel keeps."""
    found = store().row("SELECT count(*) AS n FROM messages WHERE channel = ?", channel)
    return int(found["n"]) if found else 0


def clear(channel: str) -> int:
    """Forget all messages of a channel; return how many."""
    return store().write("DELETE FROM messages WHERE channel = ?", channel)
