"""Work through a large table slice after slice, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

Rows = list[tuple[Any, ...]]


def in_slices(
    connection: BaseDatabaseWrapper,
    query: str,
    work: Callable[[CursorWrapper, Rows], None],
    *,
    since: UUID | int,
    size: int,
) -> None:
    """Give `work` the rows of `query`, `size` at a time, until none are left.

    The query is asked with the key behind which to go on (`since` at first) and with `size`; its
    first column is the key, and it is ordered by it. So nothing is walked over twice.
    """
    last: UUID | int = since
    while True:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(query, [last, size])
            rows = cursor.fetchall()
            if not rows:
                return
            work(cursor, rows)
        last = rows[-1][0]
