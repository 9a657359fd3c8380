"""What the server is given grows with the machine, within written bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from okpay.embedded.configuration import MEGABYTE, book_size, buffers, log_size


@pytest.mark.parametrize(
    ("memory", "book", "cache"),
    [
        (512, 50, 128),
        (4_096, 50, 512),
        (24_576, 300, 1_024),
        (24_576, 1_500, 3_000),
        (24_576, 18_000, 6_144),
        (4_096, 18_000, 1_024),
        (1_000_000, 900_000, 16_384),
    ],
)
def test_the_cache_is_as_large_as_the_book_can_use(memory: int, book: int, cache: int) -> None:
    assert buffers(memory, book) == cache


@pytest.mark.parametrize(
    ("room", "book", "log"),
    [
        (500, 0, 1_024),
        (30_000, 300, 3_000),
        (30_000, 5_000, 5_000),
        (30_000, 18_000, 7_500),
        (1_000_000, 300, 16_384),
    ],
)
def test_the_log_between_two_checkpoints_is_as_large_as_disk_and_book_allow(
    room: int, book: int, log: int
) -> None:
    assert log_size(room, book) == log


def test_the_book_is_what_the_databases_take(tmp_path: Path) -> None:
    assert book_size(tmp_path) == 0
    for folder, size in (("1", 3), ("5", 2)):
        place = tmp_path / "base" / folder
        place.mkdir(parents=True)
        (place / "16384").write_bytes(bytes(size * MEGABYTE))
    (tmp_path / "pg_wal").mkdir()
    (tmp_path / "pg_wal" / "1").write_bytes(bytes(MEGABYTE))
    assert book_size(tmp_path) == 5
