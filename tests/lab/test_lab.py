"""The concurrency laboratory: crashes under load, and the checker that would see a fault.

`OKPAY_LAB_SECONDS` makes the torment longer, `OKPAY_LAB_SEED` makes it another one.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab.checker import check
from tests.lab.client import Job
from tests.lab.history import Deed
from tests.lab.room import HOT, START_WITH, Room, Server, furnish, torment
from tests.payments.world import World, broken

SECONDS = float(os.environ.get("OKPAY_LAB_SECONDS", "10"))
SEED = int(os.environ.get("OKPAY_LAB_SEED", "20261121"))
PLANTED_SECONDS = 2.5
ROUNDS = 4  # a busy machine needs more than one until enough has happened
# What the database itself would refuse; taken off so that only the checker can see the fault.
UNGUARD = """
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_debit_seq;
DROP INDEX ledger_transfer_credit_seq;
ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_balanced;
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_above_floor;
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_held;
"""


@pytest.mark.timeout(ROUNDS * SECONDS + 300)
def test_nothing_is_lost_doubled_or_turned_round_while_writers_and_server_are_killed(
    server: Server, tmp_path: Path
) -> None:
    print(f"OKPAY_LAB_SEED={SEED} OKPAY_LAB_SECONDS={SECONDS:g}")
    with World(server.url) as world:
        people, frozen = furnish(world)
    job = Job(server.url, tmp_path, people, frozen, SEED, time.monotonic() + SECONDS)
    room, chance = Room(job, tmp_path), random.Random(SEED)
    deeds: dict[str, Deed] = {}
    told: Counter[str] = Counter()
    for _round in range(ROUNDS):
        room.job = replace(job, until=time.monotonic() + SECONDS)
        room.open()
        torment(room, server, seconds=SECONDS, chance=chance)
        deeds = room.close()
        told = Counter(
            deed.outcome.code or deed.outcome.result for deed in deeds.values() if deed.outcome
        )
        if min(room.deaths["postmaster"], room.deaths["writer"] - 1, told["done"] - 499) > 0:
            break
    print(f"deaths {dict(room.deaths)}; wishes {len(deeds)}; told {dict(told)}")
    assert check(deeds, server.url) == []
    assert broken(server.url) == []
    assert room.deaths["postmaster"] >= 1
    assert room.deaths["writer"] >= 2
    assert told["done"] >= 500
    total = world.rows("SELECT sum(posted) FROM ledger_account WHERE kind = 1")
    assert total == [(HOT * START_WITH,)]


def _faulty(world: World, folder: Path, fault: str, seconds: float = PLANTED_SECONDS) -> list[str]:
    """Let clients with a planted fault run, and return what the checker says."""
    poor = fault == "holds not counted"  # nobody is refused whose purse is full
    people, frozen = furnish(world, 1_000 if poor else START_WITH)
    until = time.monotonic() + seconds
    waits = 0.5 if poor else 0.05
    job = Job(world.url, folder, people, frozen, SEED, until, plant=fault, waits=waits)
    room = Room(job, folder)
    room.open()
    return check(room.close(), world.url)


# What the checker must say of each fault that is built into the writers.
PLANTED = {
    "no row lock": {"sequence", "balance"},
    "no idempotency": {"two answers", "acknowledged, stands 2 times or otherwise"},
    "holds not counted": {"holds"},
    "lost outbox": {"outbox"},
}


@pytest.mark.parametrize("fault", PLANTED)
def test_the_checker_sees_a_planted_fault(loose_world: World, tmp_path: Path, fault: str) -> None:
    if fault in {"no row lock", "holds not counted"}:
        with loose_world.owner() as owner:
            owner.execute(UNGUARD)
    found: list[str] = []
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = _faulty(loose_world, folder, fault, PLANTED_SECONDS * 2**number)
        if {line.split(":")[0] for line in found} >= PLANTED[fault]:
            break
    else:
        pytest.fail(f"the checker saw only {found[:5]}")


def test_the_same_clients_without_a_fault_satisfy_the_checker(
    loose_world: World, tmp_path: Path
) -> None:
    assert _faulty(loose_world, tmp_path, "") == []
