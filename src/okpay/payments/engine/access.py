"""The engine of this process: one writer, made when it is first asked for."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Final

from django.conf import settings

from okpay.payments.engine.loop import LoopWriter
from okpay.payments.engine.writer import Writer

if TYPE_CHECKING:
    import asyncio

LANES: Final = 2  # batches in flight a process
_lock: Final = threading.Lock()
_writers: Final[dict[int, Writer]] = {}


def engine() -> Writer:
    """Return this process's writer; after a fork the child gets one of its own."""
    pid = os.getpid()
    writer = _writers.get(pid)
    if writer is None:
        with _lock:
            writer = _writers.get(pid)
            if writer is None:
                writer = _writers[pid] = Writer(
                    _url(), batch=settings.OKPAY_ENGINE_BATCH, lanes=LANES
                )
    return writer


def _url() -> str:
    """Name the database that Django uses now (tests switch it), by the operator's own address."""
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 — not needed to import the module

    database = settings.DATABASES["default"]["NAME"]
    return make_conninfo(settings.OKPAY_DATABASE_URL, dbname=database)


def loop_engine(loop: asyncio.AbstractEventLoop) -> LoopWriter:
    """Make a writer that lives on an event loop; one a loop."""
    return LoopWriter(_url(), loop, batch=settings.OKPAY_ENGINE_BATCH, lanes=LANES)
