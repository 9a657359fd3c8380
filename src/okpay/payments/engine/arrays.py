"""PostgreSQL array literals, written by hand: an order of magnitude cheaper than adapting lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def plain(values: Iterable[object]) -> str:
    """Array of numbers, UUID texts or booleans: nothing in them needs quoting. None is NULL."""
    return "{" + ",".join(["NULL" if v is None else str(v) for v in values]) + "}"


def quoted(values: Iterable[str | None]) -> str:
    """Array of arbitrary text. None is NULL."""
    return "{" + ",".join(["NULL" if v is None else _quote(v) for v in values]) + "}"


def _quote(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def digests(values: Iterable[str]) -> str:
    """Array of bytea given as hexadecimal texts."""
    return "{" + ",".join([f'"\\\\x{v}"' for v in values]) + "}"
