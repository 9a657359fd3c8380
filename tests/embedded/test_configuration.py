"""What the server is given grows with the machine, within written bounds."""

from __future__ import annotations

import pytest

from okpay.embedded.configuration import buffers, log_size


@pytest.mark.parametrize(
    ("memory", "cache"), [(512, 128), (4_096, 512), (24_576, 3_072), (1_000_000, 8_192)]
)
def test_the_cache_is_an_eighth_of_the_memory(memory: int, cache: int) -> None:
    assert buffers(memory) == cache


@pytest.mark.parametrize(
    ("room", "log"), [(500, 1_024), (30_000, 3_000), (65_000, 6_500), (1_000_000, 8_192)]
)
def test_the_log_between_two_checkpoints_is_a_tenth_of_the_room(room: int, log: int) -> None:
    assert log_size(room) == log
