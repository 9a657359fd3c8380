"""A town to measure in: people, tokens and balances, made through the engine where money is."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import psycopg

from bench.blinds import blind_sql
from okpay.kernel.ids import encode, new_uuid
from okpay.payments.engine.commands import AnyCommand, Outcome, TopUp
from okpay.payments.engine.writer import Writer

NOTHING: Final = "00000000-0000-0000-0000-000000000001"
MUCH: Final = 1_000_000
CNY: Final = 156
PEOPLE: Final = """
INSERT INTO identity_person (id, password, name, name_key, email_index, email_verified_at,
  language, region, level, frozen_reason, holder_version, is_active, is_staff, created_at)
SELECT i, '', 'Bench Person', '', {email}, now(), 'en', 'CN', 1, '',
  1, true, false, now() FROM unnest(%s::uuid[]) i
"""
TOKENS: Final = """
INSERT INTO identity_accesstoken (id, person_id, name, digest, tail, scopes, created_at, expires_at)
SELECT gen_random_uuid(), w.i, 'bench', decode(w.d, 'hex'), '0000', '{transfers:write}', now(),
  now() + interval '30 days' FROM unnest(%s::uuid[], %s::text[]) w(i, d)
"""


@dataclass(frozen=True)
class Town:
    """People by id, and each one's access token."""

    people: list[str]
    tokens: list[str]

    def public(self, number: int) -> str:
        """Return a person's public id."""
        from uuid import UUID  # noqa: PLC0415 — only here

        return encode("cus", UUID(self.people[number]))


def build(url: str, writer: Writer, size: int) -> Town:
    """Make `size` people with a token and a large balance each."""
    people = [str(new_uuid()) for _ in range(size)]
    tokens = ["okpay_pat_" + secrets.token_urlsafe(32) for _ in people]
    digests = [hashlib.sha256(token.encode()).hexdigest() for token in tokens]
    with psycopg.connect(url, autocommit=True) as connection:
        email = blind_sql("email", "i || '@bench.example'")
        connection.execute(PEOPLE.format(email=email), [people])
        connection.execute(TOKENS, [people, digests])
        flood(writer, [_paid_in(person) for person in people], 512)
        connection.execute("VACUUM ANALYZE")
    return Town(people, tokens)


def _paid_in(person: str) -> TopUp:
    return TopUp(
        endpoint="bench", client_key=person, fingerprint=NOTHING, owner=person,
        record=str(new_uuid()), asset=CNY, amount=MUCH,
    )  # fmt: skip


def flood(writer: Writer, commands: Sequence[AnyCommand], inflight: int) -> None:
    """Run commands with so many in flight; every one must be done."""
    free = threading.Semaphore(inflight)
    failed: list[Outcome] = []

    def done(outcome: Outcome) -> None:
        if outcome.result != "done":
            failed.append(outcome)
        free.release()

    for command in commands:
        free.acquire()
        writer.submit(command, done)
    for _ in range(inflight):
        free.acquire()
    if failed:
        message = f"{len(failed)} commands were not done, the first: {failed[0]}"
        raise RuntimeError(message)


def chunks(items: Sequence[AnyCommand], parts: int) -> Iterable[Sequence[AnyCommand]]:
    """Cut a sequence into equal parts."""
    size = len(items) // parts
    return [items[part * size : (part + 1) * size] for part in range(parts)]
