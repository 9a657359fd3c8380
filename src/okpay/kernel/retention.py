"""What is kept how long: rules that packages register, and one nightly job that follows them.

A package calls `register` in its app's `ready`; `docs/operations/retention.md` lists every rule.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

log = logging.getLogger(__name__)

Sweep = Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Rule:
    """`sweep` deletes what ended before the moment it is given, and returns how many rows went."""

    title: str
    keep: timedelta
    sweep: Sweep


class SweepFailedError(RuntimeError):
    """Some rules could not be followed; the others were."""


_rules: dict[str, Rule] = {}


def register(name: str, *, keep: timedelta, sweep: Sweep) -> None:
    """Add a rule, named `package.what`. Sweeping twice must do no harm.

    Raises:
        ValueError: the name is taken by another rule.
    """
    rule = Rule(name, keep, sweep)
    if _rules.setdefault(name, rule) != rule:
        raise ValueError(name)


def rules() -> list[Rule]:
    """Return every rule, by name."""
    return [_rules[name] for name in sorted(_rules)]


def sweep(now: datetime) -> dict[str, int]:
    """Follow every rule and return how many rows each deleted.

    Raises:
        SweepFailedError: names the rules that failed, after all others were followed.
    """
    gone: dict[str, int] = {}
    failed: list[str] = []
    for rule in rules():
        try:
            gone[rule.title] = rule.sweep(now - rule.keep)
        except Exception:
            log.exception("the retention rule %s failed", rule.title)
            failed.append(rule.title)
    log.info("retention: %s", gone)
    if failed:
        raise SweepFailedError(", ".join(failed))
    return gone
