"""A small world in a database of its own: people, an engine, and the proof over it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, LiteralString, Self

import psycopg

from bench.blinds import blind_sql
from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.ledger.proof import Result, prove
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.payments.engine.writer import Writer
from okpay.payments.proof import ALL
from tests.payments.wishes import flag

PATIENCE = 60.0

_PERSON: LiteralString = """
INSERT INTO identity_person (password, id, name, name_key, email_index, email_verified_at,
  language, region, level, frozen_reason, holder_version, is_active, is_staff, created_at)
SELECT '', v, 'World Person', '', {email}, now(), 'en', 'CN', 1, '',
  1, true, false, now() FROM unnest(%s::uuid[]) AS v
"""


def run_all(writer: Writer, commands: Sequence[AnyCommand]) -> list[Outcome]:
    """Give all commands to the writer at once and wait for every outcome."""
    outcomes: list[Outcome | None] = [None] * len(commands)
    left = threading.Semaphore(0)

    def taker(place: int) -> Any:
        def take(outcome: Outcome) -> None:
            outcomes[place] = outcome
            left.release()

        return take

    for place, command in enumerate(commands):
        writer.submit(command, taker(place))
    for _ in commands:
        assert left.acquire(timeout=PATIENCE), "the engine gave no outcome"
    return [outcome for outcome in outcomes if outcome is not None]


@dataclass
class World:
    """One database with an engine of its own. Use as a context, so that the engine is stopped."""

    url: str
    writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.writer = Writer(self.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.writer.stop()

    def owner(self, *, autocommit: bool = True) -> psycopg.Connection[Any]:
        """Connect as the owner of everything, past every privilege."""
        return psycopg.connect(self.url, autocommit=autocommit)

    def people(self, count: int) -> list[str]:
        """Enter people; each one's e-mail is `<id>@world.example` and proven."""
        ids = [str(new_uuid()) for _ in range(count)]
        with self.owner() as connection:
            email = blind_sql("email", "v || '@world.example'")
            connection.execute(_PERSON.format(email=email), [ids])
        return ids

    def run(self, *commands: AnyCommand) -> list[Outcome]:
        """Run commands in one go and return what became of each."""
        return run_all(self.writer, commands)

    def done(self, *commands: AnyCommand) -> list[Outcome]:
        """Run commands that must all be done."""
        outcomes = self.run(*commands)
        assert [outcome.result for outcome in outcomes] == ["done"] * len(commands), outcomes
        return outcomes

    def freeze(self, person: str, *, frozen: bool = True) -> None:
        """Freeze or unfreeze a person as operations do: the person and all their accounts."""
        with self.owner() as connection:
            connection.execute(
                "UPDATE identity_person SET frozen_at = CASE WHEN %s THEN now() END WHERE id = %s",
                [frozen, person],
            )
        self.done(flag(person, frozen=frozen))

    def rows(self, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database as its owner."""
        with self.owner() as connection:
            return connection.execute(query, values).fetchall()

    def balance(self, person: str, asset: int = 156) -> tuple[int, int]:
        """Posted and held of a person's wallet."""
        found = self.rows(
            "SELECT posted, held FROM ledger_account WHERE owner = %s AND asset = %s AND kind = 1",
            person,
            asset,
        )
        return (int(found[0][0]), int(found[0][1])) if found else (0, 0)


def proof(connection: psycopg.Connection[Any]) -> list[Result]:
    """Run every check over an idle connection."""
    return list(prove(connection, ALL, clock.now()))


def broken(url: str) -> list[str]:
    """Return every line that the proof finds broken in a database."""
    with psycopg.connect(url) as connection:
        return [line for result in proof(connection) for line in result.broken]
