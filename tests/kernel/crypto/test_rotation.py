"""Keys are turned over while people work; killed half-way it goes on, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from okpay.kernel.crypto.ring import Ring, parse
from okpay.kernel.ids import new_uuid

pytestmark = pytest.mark.timeout(400)  # a dozen processes, each of which loads all of the product
ANOTHER = (
    "Version 1 of the envelope key is another than the one that personal data is sealed "
    "by: give the former one back (OKPAY_SECRET_ENVELOPE or OKPAY_ENVELOPE_FILE)."
)
KEY = "A" * 43 + "="
COUNT = 250  # data keys: two chunks
# A program of its own each time, as the product's processes are: seals and opens by the library.
WORKER = """
import django, os, sys
django.setup()
from uuid import UUID
from django.db import connection
from okpay.kernel.crypto import ShreddedError, register, seal, unseal, HOUSE
register("sealed_test", "secret")
register("sealed_test", "house", subject="")
with connection.cursor() as cursor:
    if sys.argv[1] == "fill":
        for number in range(int(sys.argv[2])):
            whose = UUID(int=number + 1)
            place = dict(table="sealed_test", row=str(number))
            values = [
                seal(whose, column="secret", plain=b"of %d" % number, **place),
                seal(HOUSE, column="house", plain=b"house %d" % number, **place),
            ]
            insert = "INSERT INTO sealed_test VALUES (%s, %s, %s, %s)"
            cursor.execute(insert, [number, whose, *values])
    else:
        cursor.execute("SELECT id, person_id, secret, house FROM sealed_test ORDER BY id")
        for number, whose, secret, house in cursor.fetchall():
            place = dict(table="sealed_test", row=str(number))
            assert unseal(whose, column="secret", sealed=secret, **place) == b"of %d" % number
            assert unseal(HOUSE, column="house", sealed=house, **place) == b"house %d" % number
        print(cursor.rowcount)
"""
# The command as it is, with the test's columns beside those of the product.
COMMAND = """
from okpay.kernel.crypto import register
register("sealed_test", "secret")
register("sealed_test", "house", subject="")
from okpay.cli.main import main
main()
"""


@dataclass
class House:
    """A database and a home of its own, with sealed values in it."""

    address: str
    home: Path

    def run(
        self, program: str, *arguments: str, **changes: str
    ) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("OKPAY_")}
        environment = {
            **kept,
            "OKPAY_ENV": "test",
            "OKPAY_HOME": str(self.home),
            "OKPAY_DATABASE_URL": self.address,
            "DJANGO_SETTINGS_MODULE": "okpay.config.settings",
            **changes,
        }
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def keys(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return self.run(COMMAND, "keys", *arguments, **changes)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.address, autocommit=True) as link:
            return link.execute(query.encode()).fetchall()

    def tell(self, statement: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as link:
            link.execute(statement.encode())

    def masters(self) -> list[tuple[Any, ...]]:
        return self.ask(
            "SELECT m.version, m.phase, count(k.version) FROM crypto_masterkey m"
            " LEFT JOIN crypto_datakey k ON k.master_id = m.version GROUP BY 1 ORDER BY 1"
        )

    def versions(self, column: str) -> list[tuple[int, int]]:
        found = self.ask("SELECT get_byte(secret, 4), get_byte(house, 4) FROM sealed_test")
        return sorted(Counter(row[column == "house"] for row in found).items())

    def everything_opens(self, count: int = COUNT) -> bool:
        done = self.run(WORKER, "open", OKPAY_DB_ROLE="okpay_app")
        return (done.returncode, done.stdout) == (0, f"{count}\n")


def _furnished(address: str, home: Path, count: int) -> House:
    house = House(address, home)
    house.tell(
        "CREATE TABLE sealed_test "
        "(id integer PRIMARY KEY, person_id uuid, secret bytea, house bytea);"
        "GRANT SELECT, INSERT ON sealed_test TO okpay_app"
    )
    done = house.run(WORKER, "fill", str(count), OKPAY_DB_ROLE="okpay_app")
    assert done.returncode == 0, done.stderr
    assert house.masters() == [(1, "active", count + 1)]
    return house


@pytest.fixture
def house(clone_database: Callable[..., str], tmp_path: Path) -> House:
    return _furnished(clone_database(empty=True), tmp_path / "home", COUNT)


@pytest.fixture
def small_house(clone_database: Callable[..., str], tmp_path: Path) -> House:
    return _furnished(clone_database(empty=True), tmp_path / "home", 2)


@pytest.mark.slow
def test_i1_rotation_of_the_master_key_killed_and_resumed(house: House) -> None:
    ring = house.home / "envelope.keys"
    made = house.keys("rotate", OKPAY_CRASH_AFTER="keys-made")
    assert made.returncode == -signal.SIGKILL
    assert house.masters() == [(1, "active", COUNT + 1)]
    assert sorted(parse(ring.read_text())) == [1, 2]

    killed = house.keys("rotate", OKPAY_CRASH_AFTER="keys-rewrapped")
    assert killed.returncode == -signal.SIGKILL
    assert house.masters() == [(1, "retiring", COUNT + 1 - 200), (2, "active", 200)]
    assert house.everything_opens()
    status = house.keys("status")
    assert "A rotation of the master key is unfinished: okpay keys rotate goes on." in status.stdout

    resumed = house.keys("rotate")
    assert resumed.returncode == 0, resumed.stderr
    assert house.masters() == [(1, "retired", 0), (2, "active", COUNT + 1)]
    assert sorted(parse(ring.read_text())) == [1, 2]
    assert ring.stat().st_mode & 0o777 == 0o600
    newest = {2: parse(ring.read_text())[2]}
    ring.write_text("".join(f"{line}\n" for line in ring.read_text().split() if line[:2] == "2:"))
    assert parse(ring.read_text()) == newest  # the old key is gone from the ring, and not missed
    assert house.everything_opens()


@pytest.mark.slow
def test_i1_rotation_of_data_keys_killed_and_resumed(house: House) -> None:
    house.tell("SELECT crypto_shred('00000000-0000-0000-0000-000000000005', now())")
    assert house.keys("rotate", "--data", OKPAY_CRASH_AFTER="keys-renewed").returncode == -9
    assert house.versions("secret") == [(1, COUNT)]
    assert house.keys("rotate", "--data", OKPAY_CRASH_AFTER="keys-resealed").returncode == -9
    assert len(house.versions("house")) == 2  # half-way
    done = house.keys("rotate", "--data")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == (
        f"Everything is sealed by new data keys; {COUNT} old ones wait for okpay keys prune."
    )
    assert house.versions("house") == [(2, COUNT)]
    assert house.versions("secret") == [(1, 1), (2, COUNT - 1)]  # nobody opens the shredded one
    house.tell("DELETE FROM sealed_test WHERE id = 4")
    house.tell(
        "UPDATE crypto_datakey SET created_at = created_at - interval '2 hours'"
        " WHERE subject <> '00000000-0000-0000-0000-000000000001'"
    )
    assert house.keys("prune").stdout == f"{COUNT - 1} old data keys deleted.\n"
    assert house.ask("SELECT subject FROM crypto_datakey WHERE version = 1") == [
        (UUID(int=1),)
    ]  # replaced just now: somebody may still write what it sealed
    assert house.everything_opens(COUNT - 1)
    assert house.ask("SELECT count(*) FROM crypto_rotation WHERE finished_at IS NULL") == [(0,)]


def test_n13_a_face_does_not_start_without_the_key(small_house: House) -> None:
    ring = small_house.home / "envelope.keys"
    kept = ring.read_text()
    ring.unlink()  # a new one is made, as of a new installation
    program = "from okpay.cli.main import main; main()"
    other = small_house.run(program, "run", "worker")
    assert (other.returncode, other.stderr) == (
        1,
        f"okpay: {ANOTHER}\n",
    )
    ring.write_text(kept.replace("1:", "3:"))
    missing = small_house.run(program, "run", "worker")
    assert missing.stderr.startswith("okpay: Version 1 of the envelope key is missing, ")
    ring.write_text("1:short")
    broken = small_house.run(program, "run", "worker")
    assert broken.stderr.startswith(f"okpay: {ring} is no ring of keys: each entry must be ")
    doctor = small_house.run(program, "doctor")
    assert "fail  keys " in doctor.stdout


def test_one_rotation_at_a_time_and_a_ring_in_the_environment_cannot_grow(
    small_house: House,
) -> None:
    with psycopg.connect(small_house.address, autocommit=True) as link:
        link.execute("SELECT pg_advisory_lock(%s)", [0x0C4A98])
        busy = small_house.keys("rotate")
    assert busy.stderr == (
        "Error: Not everything was turned over: another rotation of keys runs.\n"
    )
    first = (small_house.home / "envelope.keys").read_text().strip()
    done = small_house.keys("rotate", OKPAY_SECRET_ENVELOPE=first)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Error: Not everything was turned over: the ring comes from the environment; "
        "add a version there.\n"
    )
    assert small_house.masters() == [(1, "active", 3)]
    second = small_house.keys("new").stdout.strip().replace("1:", "2:")
    done = small_house.keys("rotate", OKPAY_SECRET_ENVELOPE=f"{first},{second}")
    assert done.returncode == 0, done.stderr
    assert small_house.masters() == [(1, "retired", 0), (2, "active", 3)]


@pytest.mark.parametrize(
    "text",
    [
        "1:",
        "1:AAAA",
        f"x:{KEY}",
        f"0:{KEY}",
        f"-1:{KEY}",
        KEY,
        f"1:{KEY},1:{KEY}",
    ],
)
@pytest.mark.no_database
def test_a_ring_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="each entry must be"):
        parse(text)


@pytest.mark.no_database
def test_a_data_key_is_bound_to_its_subject_and_master() -> None:
    from okpay.kernel.crypto import KeyMissingError, SealBrokenError

    ring = Ring("1:" + "A" * 43 + "=\n2:" + "B" * 42 + "A=")
    subject, key = new_uuid(), bytes(range(32))
    wrapped = ring.wrap(1, subject, key)
    assert ring.unwrap(1, subject, wrapped) == key
    for version, whose in ((2, subject), (1, UUID(int=1))):
        with pytest.raises(SealBrokenError):
            ring.unwrap(version, whose, wrapped)
    with pytest.raises(KeyMissingError):
        ring.unwrap(3, subject, wrapped)
    assert ring.newest() == 2
