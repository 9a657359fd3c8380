"""The time, in one place. Faces and jobs ask here once and pass `now` on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from pathlib import Path


def offset() -> timedelta:
    """Return the sandbox clock's offset; outside development and tests there is none."""
    path: Path | None = settings.OKPAY_CLOCK_FILE
    if path is None or not path.exists():
        return timedelta()
    return timedelta(seconds=int(path.read_text(encoding="ascii").strip() or "0"))


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC) + offset()
