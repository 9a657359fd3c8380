"""Lists: newest first, a stable order by id, cursors, and no counts.

Ids are UUIDv7, so the order of ids is the order of creation, and a place in a list stays where it
is while rows are added in front of it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol
from uuid import UUID

import msgspec
from django.utils.translation import gettext_noop

from okpay.api.errors import InvalidCursorError
from okpay.kernel.ids import BadIdError, decode

LARGEST: Final = 100
DEFAULT: Final = 20

Limit = Annotated[
    int, msgspec.Meta(ge=1, le=LARGEST, description=gettext_noop("How many to return, 1 to 100."))
]
Place = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class PageQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where in a list to read, and how much."""

    limit: Limit = DEFAULT
    cursor: Place | None = None
    starting_after: Place | None = None
    ending_before: Place | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A read of a list: `older_than` or `newer_than` an id, at most `limit` rows."""

    limit: int
    older_than: UUID | None = None
    newer_than: UUID | None = None


class Fetch(Protocol):
    """Reads rows, newest first; with `newer_than` the ones nearest to it."""

    def __call__(
        self, *, older_than: UUID | None, newer_than: UUID | None, limit: int
    ) -> Sequence[Any]:
        """Return at most `limit` rows, newest first."""


def write_cursor(row_id: UUID) -> str:
    """Return an opaque place in a list."""
    return base64.urlsafe_b64encode(b"\x01" + row_id.bytes).decode("ascii").rstrip("=")


def read_cursor(text: str) -> UUID:
    """Read a place that `write_cursor` wrote.

    Raises:
        InvalidCursorError: anything else.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidCursorError(param="cursor") from error
    if len(raw) != 17 or raw[0] != 1 or write_cursor(UUID(bytes=raw[1:])) != text:  # noqa: PLR2004 — version and id
        raise InvalidCursorError(param="cursor")
    return UUID(bytes=raw[1:])


def window_of(query: PageQuery, *prefixes: str) -> Window:
    """Turn the three ways to name a place into one.

    Raises:
        InvalidCursorError: two at once, or a text that is no place of this list.
    """
    places = [query.cursor, query.starting_after, query.ending_before]
    if sum(place is not None for place in places) > 1:
        raise InvalidCursorError(param="cursor")
    if query.cursor is not None:
        return Window(query.limit, older_than=read_cursor(query.cursor))
    try:
        if query.starting_after is not None:
            return Window(query.limit, older_than=decode(query.starting_after, *prefixes))
        if query.ending_before is not None:
            return Window(query.limit, newer_than=decode(query.ending_before, *prefixes))
    except BadIdError as error:
        name = "starting_after" if query.starting_after is not None else "ending_before"
        raise InvalidCursorError(param=name) from error
    return Window(query.limit)


def read_page(
    window: Window, fetch: Fetch, id_of: Callable[[Any], UUID]
) -> tuple[list[Any], bool, str | None]:
    """Read one row more than asked for, to know whether there is more in this direction.

    Returns:
        The rows newest first, whether more follow in the direction of reading, and the cursor
        with which to go on to older rows (None at the end).

    `fetch` is never asked for more than `LARGEST` rows.
    """
    rows = list(_rows(window, fetch, min(window.limit + 1, LARGEST)))
    more = len(rows) > window.limit
    if window.limit == len(rows) == LARGEST:  # a query gives no more than that, so ask once more
        more = bool(_rows(_beyond(window, rows, id_of), fetch, 1))
    if window.newer_than is not None:
        rows = rows[-window.limit :]
        follow = bool(rows)
    else:
        rows = rows[: window.limit]
        follow = more
    return rows, more, write_cursor(id_of(rows[-1])) if follow else None


def _rows(window: Window, fetch: Fetch, limit: int) -> Sequence[Any]:
    return fetch(older_than=window.older_than, newer_than=window.newer_than, limit=limit)


def _beyond(window: Window, rows: Sequence[Any], id_of: Callable[[Any], UUID]) -> Window:
    """Return where the list goes on after these rows, in the direction of reading."""
    if window.newer_than is not None:
        return Window(1, newer_than=id_of(rows[0]))
    return Window(1, older_than=id_of(rows[-1]))


def from_memory(found: Sequence[Any], id_of: Callable[[Any], UUID]) -> Fetch:
    """Page a short list that a query returns as a whole."""
    ordered = sorted(found, key=id_of, reverse=True)

    def fetch(*, older_than: UUID | None, newer_than: UUID | None, limit: int) -> Sequence[Any]:
        if newer_than is not None:
            return [row for row in ordered if id_of(row) > newer_than][-limit:]
        return [row for row in ordered if older_than is None or id_of(row) < older_than][:limit]

    return fetch
