"""The sealer: chains and signs what was committed, a second or two behind, for as long as it runs.

Any number of workers may run one; whoever has the lock works, the others find nothing to do.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from okpay.kernel.notes import NoteError
from okpay.kernel.sealing import Sealed, SealingError, alone, seal
from okpay.ledger.checkpoints import CheckpointFile
from okpay.ledger.trails import TRAILS

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

OPTIONS: Final = (
    "-c role=okpay_seal -c timezone=UTC -c jit=off -c statement_timeout=60s"
    " -c idle_in_transaction_session_timeout=30s"
)
EVERY: Final = 2  # seconds between two looks
_PUBLISH: Final = """
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
VALUES ('upkeep', 'okpay.ledger.tasks.publish', 0, %s::jsonb)
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """How this installation seals.

    `house` names it in every checkpoint; `every` is the least time between two of them, `file`
    is where they are written beside the database, `webhook` whether they are posted somewhere.
    """

    house: str
    every: timedelta
    file: Path
    webhook: bool = False


def terms() -> Terms:
    """Read the terms from the settings."""
    return Terms(
        house=urlsplit(settings.OKPAY_BASE_URL).netloc,
        every=timedelta(seconds=settings.OKPAY_CHECKPOINT_EVERY),
        file=settings.OKPAY_CHECKPOINT_FILE,
        webhook=bool(settings.OKPAY_CHECKPOINT_WEBHOOK),
    )


class Sealer:
    """Seals over a connection of its own, opened when it is first needed and after every loss."""

    def __init__(self, url: str, terms: Terms) -> None:
        """Prepare; nothing is asked of the database yet."""
        self._url = url
        self._terms = terms
        self._file = CheckpointFile(terms.file)
        self._connection: psycopg.Connection[Any] | None = None
        self._exported = False

    def seal(self) -> list[Sealed]:
        """Seal all that waits, in both trails; nothing when another sealer is at work.

        Checkpoints are written to the file after their commit; what a crash between the two left
        out is written by the next run.

        Raises:
            SealingError: the seals are not as they were left.
            psycopg.Error: the database is away; nothing is half done.
        """
        done: list[Sealed] = []
        more = True
        while more:
            found = self._once()
            done += found
            more = any(one.more for one in found)
        if not self._exported or any(one.checkpoint for one in done):
            self._export()
        return done

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._url, options=OPTIONS, autocommit=True, connect_timeout=5,
                application_name="okpay sealer",
            )  # fmt: skip
        return self._connection

    def _once(self) -> list[Sealed]:
        connection = self._open()
        with connection.transaction():
            if not alone(connection):
                return []
            terms = self._terms
            done = [seal(connection, trail, terms.house, terms.every) for trail in TRAILS]
            signed = [(one.trail, one.checkpoint.size) for one in done if one.checkpoint]
            if terms.webhook:
                for name, size in signed:
                    connection.execute(_PUBLISH, [json.dumps({"log": name, "size": size})])
        return done

    def _export(self) -> None:
        try:
            self._file.export(self._open())
        except (OSError, NoteError) as error:
            self._exported = False
            log.critical("checkpoint file %s was not written: %s", self._terms.file, error)
        else:
            self._exported = True


def keep_sealing(sealer: Sealer, stop: threading.Event) -> None:
    """Seal every `EVERY` seconds until told to stop, and once more then."""
    last = False
    while not last:
        last = stop.wait(EVERY)
        try:
            sealer.seal()
        except SealingError as error:
            log.critical("sealing stands still: %s; run okpay verify", error)
        except psycopg.Error as error:
            sealer.close()
            log.warning("sealing waits for the database: %s", type(error).__name__)
    sealer.close()


@contextmanager
def sealing(url: str) -> Iterator[None]:
    """Seal meanwhile, on a thread and a connection of its own."""
    stop = threading.Event()
    sealer = Sealer(url, terms())
    thread = threading.Thread(target=keep_sealing, args=(sealer, stop), name="okpay-sealer")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
