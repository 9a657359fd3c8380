"""Work through a large table slice after slice, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

Key = TypeVar("Key")


def in_slices(
    connection: BaseDatabaseWrapper, work: Callable[[CursorWrapper, Key], Key | None], since: Key
) -> None:
    """Do `work` until it returns None.

    It is given a cursor and the key behind which to go on (`since` at first), and returns the last
    key that it saw: so nothing is walked over twice, however many rows lie before.
    """
    last: Key | None = since
    while last is not None:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            last = work(cursor, last)
