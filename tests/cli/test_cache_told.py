"""`okpay doctor` tells when a book has outgrown the cache that its server was started with."""

from __future__ import annotations

import pytest

from okpay.cli.doctor.database import cached
from okpay.embedded import configuration


@pytest.mark.parametrize(
    ("cache", "book", "level", "more"),
    [
        (1_024, 300, "ok", ""),
        (3_000, 1_500, "ok", ""),
        (1_024, 18_000, "warn", "; at its next start the database gets 6144 MB"),
        (6_144, 18_000, "ok", ""),
    ],
)
def test_a_cache_is_told_beside_what_the_book_would_get_now(
    monkeypatch: pytest.MonkeyPatch, cache: int, book: int, level: str, more: str
) -> None:
    monkeypatch.setattr(configuration, "memory", lambda: 24_576)
    found = cached(cache, book)
    assert (found.level, found.text) == (level, f"{cache} MB for a book of {book} MB{more}")
