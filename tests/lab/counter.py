"""Api processes and the programs that pay through them, without the rest of the stage."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

import psycopg

from tests.lab.caller import Calls, call
from tests.lab.history import Deed, read
from tests.lab.house import House, quietly
from tests.lab.stage import resident, tokens_for
from tests.payments.processes import context
from tests.support.product import free_ports

APIS: Final = 2


class Callers:
    """Two api processes on the database at `url`, and six programs that pay through them."""

    def __init__(
        self, url: str, folder: Path, people: tuple[str, ...], frozen: tuple[str, ...]
    ) -> None:
        self.folder = folder
        ports = tuple(free_ports(APIS))
        self.house = House(
            [resident(f"api-{place}", "API", port, url, folder) for place, port in enumerate(ports)]
        )
        with psycopg.connect(url, autocommit=True) as link:
            tokens = tuple(tokens_for(link, people).items())
        self.calls = Calls(ports, 0, folder / "callers.jsonl", tokens, frozen, 7)
        self.over = context().RawValue("b", 0)
        self.lanes = context().RawArray("d", APIS)
        self.process: BaseProcess | None = None

    def open(self) -> None:
        """Start all, and wait until each api process has answered."""
        (Path(os.environ["OKPAY_HOME"]) / "static").mkdir(exist_ok=True)
        self.house.open()
        self._call(self.calls)
        until = time.monotonic() + 60
        while not all(self.lanes):
            assert time.monotonic() < until, "no api process answers"
            time.sleep(0.05)

    def _call(self, calls: Calls) -> None:
        work = (self.folder / "callers.log", call, calls, self.lanes, self.over)
        self.process = context().Process(target=quietly, args=work)
        self.process.start()

    def close(self) -> dict[str, Deed]:
        """Let the callers end, ask once more whatever is still open, and return all deeds."""
        self.over.value = 1
        self._ended()
        self._call(replace(self.calls, threads=0))
        self._ended()
        return read([self.calls.journal])

    def _ended(self) -> None:
        assert self.process is not None, "nobody was started"
        self.process.join(90)
        assert self.process.exitcode == 0, "the callers did not end"

    def abandon(self) -> None:
        """End everything."""
        if self.process is not None and self.process.exitcode is None:
            self.process.kill()
        self.house.close()
