"""The proof is green over everything that can happen, and red at the row for every tampering.

Each tampering is done as the owner with the guards switched off, looked at, and rolled back.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from okpay.kernel import clock
from okpay.payments.engine import decide_send
from okpay.payments.proof import ALL
from tests.ledger.story import Story, tell
from tests.ledger.tamperings import OFF, TAMPERINGS
from tests.payments.wishes import send, top_up
from tests.payments.world import World, broken


@pytest.fixture(scope="module")
def story(world: World) -> Story:
    return tell(world)


@pytest.fixture
def insider(world: World, story: Story) -> Iterator[psycopg.Connection[Any]]:
    """Somebody with the owner's rights, whose work is rolled back afterwards."""
    with world.owner(autocommit=False) as connection:
        yield connection
        connection.rollback()


def _look(connection: psycopg.Connection[Any]) -> list[str]:
    results = [check.run(connection, clock.now()) for check in ALL]
    return [line for result in results for line in result.broken]


def test_everything_that_can_happen_leaves_the_proof_green(world: World, story: Story) -> None:
    with psycopg.connect(world.url) as connection:
        results = [check.run(connection, clock.now()) for check in ALL]
    assert [line for result in results for line in result.broken] == []
    looked = {result.name: result.looked_at for result in results}
    assert len(looked) == len(ALL)
    unseen = [name for name, count in looked.items() if count == 0]
    elsewhere = ("payout", "manual adjustment")  # those have tests of their own
    assert [name for name in unseen if not any(word in name for word in elsewhere)] == []


@pytest.mark.parametrize(
    ("deed", "row"), [t[1:] for t in TAMPERINGS], ids=[t[0] for t in TAMPERINGS]
)
def test_m1_tampering_is_found_and_the_row_is_named(
    insider: psycopg.Connection[Any], story: Story, deed: str, row: str
) -> None:
    places = {name: getattr(story, name) for name in Story.__dataclass_fields__}
    insider.execute(OFF)
    insider.execute(deed.format(**places).encode())
    found = _look(insider)
    assert [line for line in found if row.format(**places) in line], found


ANOTHER_NAME = """
INSERT INTO payments_answer (key, at, fingerprint, record, balance, payee_name, body)
SELECT gen_random_uuid(), at, fingerprint, record, balance, payee_name, body
FROM payments_answer WHERE record = %s
"""


def _told_wrongly(connection: psycopg.Connection[Any]) -> list[str]:
    """What is said of answers; that the guards are off is said too."""
    return [line for line in _look(connection) if not line.endswith("is switched off")]


def test_m1_the_balance_told_is_compared_whether_or_not_a_wish_has_two_names(
    world: World, story: Story, insider: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decide_send, "transfer_fee", lambda _amount: 3)
    ann, bob = world.people(2)
    world.done(top_up(ann, 1_000))
    (charged,) = world.done(send(ann, bob, 100, fee=3))  # a fee is the last that leaves
    insider.execute(OFF)
    for number, record in enumerate((story.paid, charged.record)):
        for named_twice in (False, True):
            with insider.transaction(force_rollback=True):
                if named_twice:
                    insider.execute(ANOTHER_NAME, [record])
                assert _told_wrongly(insider) == [], (number, named_twice)
                insider.execute(
                    "UPDATE payments_answer SET balance = balance - 1 WHERE record = %s", [record]
                )
                found = _told_wrongly(insider)
                assert found, (number, named_twice)
                assert all(f"of record {record} it says" in line for line in found)


def test_m1_a_guard_that_is_switched_off_is_named(insider: psycopg.Connection[Any]) -> None:
    insider.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER ledger_transfer_append_only")
    assert _look(insider) == [
        "trigger ledger_transfer_append_only on ledger_transfer is switched off"
    ]


def test_nothing_of_all_that_was_kept(world: World, story: Story) -> None:
    assert broken(world.url) == []


def _okpay_verify(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "okpay.cli", "verify"],
        env={**os.environ, "OKPAY_DATABASE_URL": url},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_okpay_verify_is_green_then_red_and_names_the_row(world: World, story: Story) -> None:
    green = _okpay_verify(world.url)
    assert (green.returncode, green.stderr) == (0, ""), green.stdout
    assert f"all {len(ALL) + 1} checks hold" in green.stdout
    assert "RED" not in green.stdout
    with world.owner() as connection:
        connection.execute("UPDATE wallets_record SET amount = 12 WHERE id = %s", [story.paid])
    red = _okpay_verify(world.url)
    assert red.returncode == 1
    assert f"record {story.paid}: amount 12, transfer's 1200" in red.stdout
    assert f"1 of {len(ALL) + 1} checks are RED" in red.stdout
