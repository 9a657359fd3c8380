"""The box's clock: real time plus an offset that wallet and box share in development."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from okpay.config.env import ENV

if TYPE_CHECKING:
    from pathlib import Path

MAX_ADVANCE: Final = 400 * 24 * 3600


def _file() -> Path:
    return ENV.home / "clock.offset"


def offset() -> int:
    """Return the seconds by which the clock runs ahead."""
    path = _file()
    return int(path.read_text(encoding="ascii").strip() or "0") if path.exists() else 0


def set_offset(seconds: int) -> None:
    """Store the offset, whole or not at all: a reader never sees half a number."""
    fresh = _file().with_suffix(".new")
    fresh.write_text(str(seconds), encoding="ascii")
    fresh.replace(_file())


def advance(seconds: int) -> int:
    """Move the clock forward and return the new offset.

    Raises:
        ValueError: a step backwards, or one beyond 400 days in all.
    """
    total = offset() + seconds
    if seconds < 0 or total > MAX_ADVANCE:
        message = f"the clock moves forward only, by at most {MAX_ADVANCE} seconds in all"
        raise ValueError(message)
    set_offset(total)
    return total


def now() -> float:
    """Return the box's time as seconds since 1970 (time, not money)."""
    return time.time() + offset()


def moment() -> datetime:
    """Return the box's time, aware, in UTC."""
    return datetime.fromtimestamp(now(), UTC)
