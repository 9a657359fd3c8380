"""Run commands in several processes at the same moment, each with a writer of its own.

The processes are forked from a server that has loaded Django once, so each starts in milliseconds.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from typing import Any

from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.writer import Writer
from tests.payments.world import run_all

PATIENCE = 60.0


@cache
def context() -> ForkServerContext:
    """Return the server that forks our processes; it loads Django the first time."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(["tests.payments.boot"])
    return found


def _work(url: str, commands: Sequence[AnyCommand], start: Any, answer: Connection) -> None:
    writer = Writer(url)
    start.wait(PATIENCE)
    answer.send(run_all(writer, commands))
    writer.stop()


def in_processes(url: str, *shares: Sequence[AnyCommand]) -> list[list[Outcome]]:
    """Give each share to a process; all begin at once. Returns the outcomes by share."""
    start = context().Barrier(len(shares))
    pipes, processes = [], []
    for share in shares:
        mine, theirs = context().Pipe(duplex=False)
        process = context().Process(target=_work, args=(url, share, start, theirs))
        process.start()
        theirs.close()
        pipes.append(mine)
        processes.append(process)
    outcomes = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join(PATIENCE)
    return outcomes
