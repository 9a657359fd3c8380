"""Lines of the log: one event is one line, whatever names and messages hold (M8)."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import TracebackType

# What ends a line, moves a terminal's cursor, or turns the direction of reading.
_HARMFUL: Final = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0x061C,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
)
_ESCAPED: Final = {code: ascii(chr(code))[1:-1] for code in _HARMFUL}
# PostgreSQL puts whole rows into this line of an error: names, addresses, digests.
_ROWS: Final = "DETAIL:"
_AFTER: Final = ("HINT:", "CONTEXT:", "The above exception", "During handling", "Traceback")


def one_line(text: str) -> str:
    """Write control characters, line ends and marks of direction as escapes."""
    return text.translate(_ESCAPED)


class Line(logging.Formatter):
    """Writes each event on a line of its own; what follows of a traceback is set in by a bar."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 — the base class's name
        """Write the event itself."""
        return one_line(super().formatMessage(record))

    def formatException(  # noqa: N802 — the base class's name
        self,
        ei: (
            tuple[type[BaseException], BaseException, TracebackType | None]
            | tuple[None, None, None]
        ),
    ) -> str:
        """Write the traceback, without the rows that the database tells of."""
        return _inset(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 — the base class's name
        """Write where the call came from."""
        return _inset(super().formatStack(stack_info))


def _inset(text: str) -> str:
    """Set every line in by a bar, and leave out what a row holds, to its end."""
    lines, hidden = [], False
    for line in text.split("\n"):
        hidden = line.startswith(_ROWS) or (hidden and not line.startswith(_AFTER))
        if line.startswith(_ROWS):
            lines.append(f"  | {_ROWS} not logged")
        elif not hidden:
            lines.append(f"  | {one_line(line)}")
    return "\n".join(lines)
