from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection


@pytest.fixture
def two_at_once() -> Callable[[Callable[[], bytes]], list[bytes]]:
    """Run something in two threads that begin together; return what both gave."""
    gate = threading.Barrier(2)

    def once(work: Callable[[], bytes]) -> bytes:
        gate.wait(60)
        try:
            return work()
        finally:
            connection.close()

    def run(work: Callable[[], bytes]) -> list[bytes]:
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(once, [work, work]))

    return run
