"""What each client wished and was told, with the time on one clock of the machine.

A client appends a line before it asks and another when it is told, so a client that is killed
leaves a truthful history: what was asked and never answered is ambiguous.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from okpay.kernel.ids import new_uuid
from okpay.payments.engine.commands import Outcome

_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def new_name() -> str:
    """Name a wish: a fresh id in letters, since a memo's long numbers may be masked as a card's."""
    return new_uuid().hex.translate(_LETTERS)


class Wish(msgspec.Struct, frozen=True):
    """One wish, under one id for ever. `record` is the pending transfer that it would end."""

    id: str
    kind: str  # send, cancel, decline
    payer: str
    payee: str
    amount: int
    record: str = ""


class Line(msgspec.Struct):
    """One line of a journal: asked when `outcome` is missing, else told."""

    at: int  # nanoseconds of CLOCK_MONOTONIC, which all processes share
    wish: Wish
    outcome: Outcome | None = None


@dataclass
class Deed:
    """A wish, when it was first asked, and every definite answer with the time of the first."""

    wish: Wish
    asked_at: int
    told_at: int | None = None
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome | None:
        """The first definite answer."""
        return self.outcomes[0] if self.outcomes else None


class Journal:
    """One client's file. A line is one write, so it is there even when the client dies next."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def asked(self, wish: Wish) -> None:
        """Note a wish before anybody hears of it."""
        self._write(Line(time.monotonic_ns(), wish))

    def told(self, wish: Wish, outcome: Outcome) -> None:
        """Note an answer; "not known yet" is one that settles nothing."""
        self._write(Line(time.monotonic_ns(), wish, outcome))

    def _write(self, line: Line) -> None:
        os.write(self._file, msgspec.json.encode(line) + b"\n")


def read(paths: Iterable[Path]) -> dict[str, Deed]:
    """Put the journals together, by wish."""
    deeds: dict[str, Deed] = {}
    decode = msgspec.json.Decoder(Line).decode
    for path in paths:
        for text in path.read_bytes().splitlines() if path.exists() else []:
            line = decode(text)
            deed = deeds.setdefault(line.wish.id, Deed(line.wish, line.at))
            deed.asked_at = min(deed.asked_at, line.at)
            if line.outcome is not None and line.outcome.result != "unknown":
                deed.outcomes.append(line.outcome)
                deed.told_at = min(deed.told_at or line.at, line.at)
    return deeds
