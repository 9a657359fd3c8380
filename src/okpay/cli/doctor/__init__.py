"""Look at everything that a run depends on, and say what is good, odd or wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from okpay.embedded.errors import EmbeddedError

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One line: how it stands, with what, and the facts."""

    level: Level
    subject: str
    text: str


def graded(*, fail: bool = False, warn: bool = False) -> Level:
    """Return the worst level that applies."""
    return "fail" if fail else "warn" if warn else "ok"


Check = Callable[[], Iterator[Finding]]


def examine() -> Iterator[Finding]:
    """Run every check; one that breaks is a finding, not the end."""
    from okpay.cli.doctor import database, machine

    for check in (*machine.CHECKS, *database.CHECKS):
        subject = check.__name__
        try:
            yield from check()
        except EmbeddedError as error:
            yield Finding("fail", subject, str(error))
        except Exception as error:  # noqa: BLE001 — a doctor does not die of the patient
            yield Finding("fail", subject, f"cannot be looked at: {error!r}")
