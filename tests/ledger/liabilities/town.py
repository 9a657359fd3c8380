"""People with money, days that pass, and publications: in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections
from django.utils import timezone

from okpay.config.settings import database as database_settings
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.ledger.liabilities import operations, queries
from okpay.ledger.liabilities.days import start_of
from okpay.ledger.liabilities.models import Statement
from tests.payments.wishes import top_up
from tests.payments.world import World

DAY = timedelta(days=1)


@contextmanager
def django_on(url: str, role: str = "okpay_app") -> Iterator[None]:
    """Let Django, in this thread, read and write another database."""
    usual = connections["default"]
    other = type(usual)({**usual.settings_dict, **database_settings(url, role)}, "default")
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = usual


@dataclass
class Town:
    """A world and its days. Its clock stands `days` ahead of the machine's."""

    world: World
    clock_file: Path

    def __post_init__(self) -> None:
        last = queries.latest()
        if last is not None and last.day > self.day:
            self.sleep(nights=(last.day - self.day).days)

    @property
    def day(self) -> date:
        """The day it is, where the house is."""
        return timezone.localtime(clock.now()).date()

    def sleep(self, *, nights: int = 1) -> None:
        """Let nights pass: now it is a minute after midnight."""
        wanted = start_of(self.day + nights * DAY) + timedelta(minutes=1)
        ahead = int((wanted - datetime.now(UTC)).total_seconds())
        self.clock_file.write_text(str(ahead), encoding="ascii")

    def rich(self, *minors: int, asset: int = 156) -> list[UUID]:
        """Enter people and give each so much."""
        people = self.world.people(len(minors))
        self.world.done(*(top_up(p, m, asset=asset) for p, m in zip(people, minors, strict=True)))
        return [UUID(person) for person in people]

    def publish(self) -> Statement:
        """Publish the day that has begun."""
        return operations.publish_day(actor=SYSTEM, day=self.day, now=clock.now())

    def proof(self, person: UUID, asset: str = "CNY", day: date | None = None) -> dict[str, Any]:
        """Return a person's proof file."""
        statement = queries.latest(day)
        assert statement is not None
        shares = queries.shares(person, statement.day, clock.now())
        (share,) = [one for one in shares if one.asset.code == asset]
        assert share.steps is not None
        return queries.proof_file(person, statement, share)
