"""`make lab`: the product's processes under load and under fire, and the history checked."""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.lab.node import Node

NOMINAL: Final = 60.0
AT_LEAST: Final = 22
READY_WITHIN: Final = 5.0
SEED: Final = 20261121


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    parser.add_argument("--seconds", type=float, default=NOMINAL, help="of faults")
    parser.add_argument("--at-least", type=int, default=AT_LEAST, help="faults, at least")
    parser.add_argument("--short", action="store_true", help="only the faults of the short form")
    parser.add_argument("--only", default="", help="only faults whose name contains this")
    parser.add_argument("--ready-within", type=float, default=READY_WITHIN, help="seconds")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--schema", default="", help="a dump to load instead of migrating")
    parser.add_argument("--logs", default="", help="a folder to keep logs and histories in")
    return parser.parse_args()


def main() -> int:
    """Set the stage, run, show, clean up; 1 when anything was violated."""
    asked = arguments()
    folder = Path(tempfile.mkdtemp(prefix="okpay-lab-"))
    began = time.monotonic()

    def say(line: str) -> None:
        sys.stdout.write(f"{time.monotonic() - began:6.1f} s  {line}\n")
        sys.stdout.flush()

    home = folder / "home"
    home.mkdir()
    node = Node(folder / "node")
    try:
        say(f"seed {asked.seed}; a PostgreSQL of its own, fsync on")
        node.start()
        node.listen()
        os.environ.update(
            OKPAY_HOME=str(home),
            OKPAY_ENV="test",
            OKPAY_API_RATE="0",
            OKPAY_DATABASE_URL=node.direct(),
            DJANGO_SETTINGS_MODULE="okpay.config.settings",
        )
        node.furnish(asked.schema)
        return perform(asked, folder, node, say)
    finally:
        node.remove()
        if asked.logs:
            shutil.copytree(folder, asked.logs, dirs_exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def perform(asked: argparse.Namespace, folder: Path, node: Node, say: object) -> int:
    """Run the faults. What needs Django is imported only now that its settings are known."""
    importlib.import_module("django").setup()
    conductor = importlib.import_module("tests.lab.conductor")
    stage = importlib.import_module("tests.lab.stage").Stage(
        folder, node, node.proxied(), asked.seed
    )
    faults = [
        fault
        for fault in conductor.FAULTS
        if asked.only in fault.name and (fault.short or not asked.short)
    ]
    run = conductor.Conductor(
        stage, say, ready_within=asked.ready_within, seed=asked.seed, patient=not asked.short
    )
    try:
        report = run.run(faults, asked.seconds, asked.at_least)
    finally:
        stage.abandon()
    conductor.show(report)
    return 1 if report.violations else 0


if __name__ == "__main__":
    raise SystemExit(main())
