"""The concurrency laboratory: crashes under load, and the checker that would see a fault.

`OKPAY_LAB_SECONDS` makes the torment longer, `OKPAY_LAB_SEED` makes it another one.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.checker import check
from tests.lab.client import Job
from tests.lab.room import HOT, START_WITH, Room, Server, furnish, torment
from tests.payments.world import World, broken
from tests.support.cluster import TestCluster
from tests.support.database import TEMPLATE

SECONDS = float(os.environ.get("OKPAY_LAB_SECONDS", "20"))
SEED = int(os.environ.get("OKPAY_LAB_SEED", "20261121"))
PLANTED_SECONDS = 2.5
# What the database itself would refuse; taken off so that only the checker can see the fault.
UNGUARD = """
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_debit_seq;
DROP INDEX ledger_transfer_credit_seq;
ALTER TABLE ledger_account DISABLE TRIGGER ledger_account_balanced;
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_above_floor;
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_held;
"""


@pytest.fixture
def server(cluster: TestCluster, database: str) -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="okpay-lab-"))
    made = Server(home, cluster, TEMPLATE)
    yield made
    made.remove()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def loose_world(cluster: TestCluster, database: str) -> Iterator[World]:
    name = f"okpay_lab_{uuid.uuid4().hex[:12]}"
    with World(cluster.create(name, TEMPLATE)) as world:
        yield world
    cluster.drop(name)


@pytest.mark.timeout(SECONDS + 160)
def test_nothing_is_lost_doubled_or_turned_round_while_writers_and_server_are_killed(
    server: Server, tmp_path: Path
) -> None:
    print(f"OKPAY_LAB_SEED={SEED} OKPAY_LAB_SECONDS={SECONDS:g}")
    with World(server.url) as world:
        people, frozen = furnish(world)
    job = Job(server.url, tmp_path, people, frozen, SEED, time.monotonic() + SECONDS)
    room = Room(job, tmp_path)
    room.open()
    torment(room, server, seconds=SECONDS, chance=random.Random(SEED))
    deeds = room.close()
    told = Counter(
        deed.outcome.code or deed.outcome.result for deed in deeds.values() if deed.outcome
    )
    print(f"deaths {dict(room.deaths)}; wishes {len(deeds)}; told {dict(told)}")
    assert check(deeds, server.url) == []
    assert broken(server.url) == []
    assert room.deaths["postmaster"] >= 2
    assert room.deaths["writer"] >= 4
    assert told["done"] >= 500
    total = world.rows("SELECT sum(posted) FROM ledger_account WHERE kind = 1")
    assert total == [(HOT * START_WITH,)]


def _faulty(world: World, folder: Path, fault: str) -> list[str]:
    """Let clients with a planted fault run, and return what the checker says."""
    people, frozen = furnish(world)
    job = Job(
        world.url, folder, people, frozen, SEED, time.monotonic() + PLANTED_SECONDS, plant=fault
    )
    room = Room(job, folder)
    room.open()
    return check(room.close(), world.url)


def test_the_checker_sees_an_engine_without_row_locks(loose_world: World, tmp_path: Path) -> None:
    with loose_world.owner() as owner:
        owner.execute(UNGUARD)
    found = _faulty(loose_world, tmp_path, "no row lock")
    rules = {line.split(":")[0] for line in found}
    assert {"sequence", "balance"} <= rules, found[:5]


def test_the_checker_sees_an_engine_without_idempotency(loose_world: World, tmp_path: Path) -> None:
    found = _faulty(loose_world, tmp_path, "no idempotency")
    rules = {line.split(":")[0] for line in found}
    assert {"two answers", "acknowledged, stands 2 times or otherwise"} <= rules, found[:5]


def test_the_same_clients_without_a_fault_satisfy_the_checker(
    loose_world: World, tmp_path: Path
) -> None:
    assert _faulty(loose_world, tmp_path, "") == []
