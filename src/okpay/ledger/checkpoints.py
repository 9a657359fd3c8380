"""Checkpoints outside the database: a file that grows line by line.

Whoever keeps a copy elsewhere can show later that the log was cut or written anew (M2).
"""

from __future__ import annotations

import fcntl
import json
import os
from typing import TYPE_CHECKING, Any, Final

from okpay.kernel.models import Checkpoint as Row
from okpay.kernel.notes import Checkpoint, Note, NoteError, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from psycopg import Connection

_SINCE: Final = (
    "SELECT origin, size, root, chain, at, public_key, signature FROM kernel_checkpoint"
    " WHERE origin = %s AND size > %s ORDER BY size"
)


class CheckpointFile:
    """One file. What was read once is remembered, so that adding to a long file costs little."""

    def __init__(self, path: Path) -> None:
        """Name the file; it is made with its first line."""
        self._path = path
        self._end = 0
        self._sizes: dict[str, int] = {}

    def export(self, connection: Connection[Any]) -> int:
        """Add every checkpoint of the database that the file lacks; return how many that were.

        Raises:
            OSError: the file cannot be written.
            NoteError: it holds something else than checkpoints.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # another worker of this machine may write too
            file.seek(self._end)
            whole, _, _ = file.read().rpartition(b"\n")  # behind it stands half a line of a crash
            self._note(whole.decode())
            self._end += len(whole) + 1 if whole else 0
            lines = list(self._missing(connection))
            file.seek(self._end)
            file.truncate()
            file.write("".join(lines).encode())
            file.flush()
            os.fsync(file.fileno())
        return len(lines)

    def _note(self, text: str) -> None:
        for note in read(text):
            origin, size = note.checkpoint.origin, note.checkpoint.size
            self._sizes[origin] = max(self._sizes.get(origin, 0), size)

    def _missing(self, connection: Connection[Any]) -> Iterator[str]:
        origins = connection.execute("SELECT DISTINCT origin FROM kernel_checkpoint").fetchall()
        for (origin,) in sorted(origins):
            for row in connection.execute(_SINCE, [origin, self._sizes.get(origin, 0)]).fetchall():
                made = Checkpoint(*row[:5])
                yield line(made, made.note(*row[5:]))


def newest() -> list[str]:
    """Return the newest checkpoint of each log, as a signed note."""
    return [note_of(row) for row in Row.objects.order_by("log", "-size").distinct("log")]


def note_of(row: Row) -> str:
    """Write a checkpoint of the database as a signed note."""
    made = Checkpoint(row.origin, row.size, bytes(row.root), bytes(row.chain), row.at)
    return made.note(bytes(row.public_key), bytes(row.signature))


def line(made: Checkpoint, note: str) -> str:
    """Write a checkpoint as a line of JSON; `note` is the signed text, the rest is to find it."""
    return json.dumps({"origin": made.origin, "size": made.size, "note": note}) + "\n"


def read(text: str) -> Iterator[Note]:
    """Read the lines of such a file, or one signed note by itself.

    Raises:
        NoteError: a line is neither.
    """
    if text and not text.startswith("{"):
        yield parse(text)
        return
    for row in text.splitlines():
        try:
            note = json.loads(row)["note"]
        except (ValueError, KeyError, TypeError) as error:
            message = "a line of the checkpoint file cannot be read"
            raise NoteError(message) from error
        yield parse(note)
