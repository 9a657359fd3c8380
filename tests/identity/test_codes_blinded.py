"""One-time codes are found by their phone, and a dump does not show it; older rows neither."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import psycopg

from okpay.identity import caps
from okpay.identity.models import OneTimeCode
from okpay.kernel import clock
from okpay.kernel.crypto import blind
from okpay.kernel.ids import new_uuid

PHONE = "+8613812349876"
OLD_ROW = """
INSERT INTO identity_onetimecode
  (id, purpose, phone, unproven, digest, created_at, expires_at)
VALUES (%s, 'phone', %s, true, '', now(), now())
"""


def _migrate(address: str, to: str) -> None:
    changed = {"OKPAY_DATABASE_URL": address, "OKPAY_DB_ROLE": "okpay_owner"}
    command = [sys.executable, "-m", "django", "migrate", "identity", to, "--skip-checks"]
    done = subprocess.run(
        command, env={**os.environ, **changed}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_i1_phones_of_codes_that_were_there_are_blinded(
    clone_database: Callable[..., str],
) -> None:
    address = clone_database(empty=True)
    _migrate(address, "0003")
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(OLD_ROW, [new_uuid(), PHONE])
    _migrate(address, "0004")
    with psycopg.connect(address) as link:
        rows = link.execute(
            "SELECT phone, phone_index, number_range FROM identity_onetimecode"
        ).fetchall()
    assert rows == [("", blind("code phone", PHONE), blind("code range", "+8613812"))]


def test_a_code_is_found_by_its_phone_and_keeps_only_the_index() -> None:
    now = clock.now()
    row = OneTimeCode.objects.create(
        purpose="phone",
        phone=PHONE,
        number_range=caps.range_of(PHONE),
        digest="",
        created_at=now,
        expires_at=now,
    )
    found = OneTimeCode.objects.get(pk=row.pk)
    assert bytes(found.phone or b"") == blind("code phone", PHONE)
    found.save()  # what was read is kept as it is
    mine = OneTimeCode.objects.filter(pk=row.pk)
    assert mine.filter(phone=PHONE).exists()
    assert mine.filter(phone__in=[PHONE, "+1"]).exists()
    assert not mine.filter(phone="+8613812349877").exists()
    assert mine.filter(number_range=caps.range_of("+8613812000000")).exists()
    mine.delete()
