"""An installation of before: its people, messages and lists are sealed by the migrations."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid

import psycopg
from django.db.backends.utils import CursorWrapper

from okpay.kernel.crypto import blind
from tests.support.cluster import TestCluster
from tests.support.database import migrate
from tests.support.dump import found_in_dump

BEFORE = """
import django
django.setup()
from django.core.management import call_command
for app, name in (
    ("identity", "0005"), ("payments", "0005"), ("notices", "0002"), ("account", None),
    ("wallets", None),
):
    call_command("migrate", app, *([name] if name else []), verbosity=0)
"""
PERSON = """
INSERT INTO identity_person (id, password, name, name_key, email, email_verified_at, phone,
  phone_verified_at, language, region, level, frozen_reason, holder_version, is_active, is_staff,
  created_at)
VALUES (%s, '', 'Old Person', '', %s, now(), %s, now(), 'en', 'CN', 1, '', 1, true, false, now())
"""
ADDRESS = """
INSERT INTO account_emailaddress (user_id, email, verified, "primary") VALUES (%s, %s, %s, %s)
"""
PENDING = """
INSERT INTO payments_pending (record, reason, alias, deadline) VALUES (%s, 'x', %s, now())
"""
RECORD = """
INSERT INTO wallets_record (id, created_at, kind, state, asset, amount, fee, payer, label, memo,
  channel) VALUES (%s, now(), 1, 2, 156, 1, 0, %s, %s, '', 'app')
"""
PAYEE = """
INSERT INTO payments_savedpayee (id, owner, payee, nickname, alias, created_at)
VALUES (gen_random_uuid(), %s, %s, '', %s, now())
"""
LINE = """
INSERT INTO payments_payoutline (payout, number, reference, alias, version, asset, amount, fee,
  memo, record) VALUES (gen_random_uuid(), 1, 'r', %s, 0, 156, 1, 0, '', gen_random_uuid())
"""
MAIL = """
INSERT INTO notices_outgoing (id, channel, purpose, sender, recipient, subject, text, html, state,
  attempts, last_error, created_at)
VALUES (gen_random_uuid(), %s, '', '', %s, '', '', '', 'queued', 0, '', now())
"""
READ = """
import django, json, sys
django.setup()
from allauth.account.models import EmailAddress
from okpay.identity.models import Person
from okpay.notices.models import Outgoing
from okpay.payments.models import Pending, SavedPayee
from okpay.payments.payouts.models import PayoutLine
from okpay.wallets.models import Record
print(json.dumps({
    "person": [(one.email, one.phone, one.wanted_email) for one in Person.objects.order_by("id")],
    "addresses": [one.email for one in EmailAddress.objects.order_by("id")],
    "pending": [(one.alias[:1], one.address) for one in Pending.objects.all()],
    "label": [one.label for one in Record.objects.all()],
    "payee": [one.alias for one in SavedPayee.objects.all()],
    "line": [one.address for one in PayoutLine.objects.all()],
    "mail": sorted(one.recipient for one in Outgoing.objects.all()),
}))
"""


def _django(address: str, script: str) -> str:
    changed = {"OKPAY_DATABASE_URL": address, "OKPAY_DB_ROLE": "okpay_owner"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **changed},
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_the_migrations_seal_what_an_older_installation_has(cluster: TestCluster) -> None:
    name = f"okpay_older_{uuid.uuid4().hex[:12]}"
    address = cluster.create(name)
    _django(address, BEFORE)
    ann, record = uuid.uuid4(), uuid.uuid4()
    email, wanted, phone, stranger = (
        "ann@older.example", "ann.new@older.example", "+8613811112222", "nobody@older.example"
    )  # fmt: skip
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(PERSON, [ann, email, phone])
        owner.execute(ADDRESS, [ann, email, True, True])
        owner.execute(ADDRESS, [ann, wanted, False, False])
        owner.execute(PENDING, [record, stranger])
        owner.execute(RECORD, [record, ann, stranger])
        owner.execute(PAYEE, [ann, uuid.uuid4(), stranger])
        owner.execute(LINE, [stranger])
        owner.execute(MAIL, ["mail", stranger])
        owner.execute(MAIL, ["sms", phone])
    migrate(address)
    needles = dict.fromkeys((email, wanted, phone, stranger), "personal")
    with psycopg.connect(address, autocommit=True) as owner:
        assert found_in_dump(owner, needles)["personal"] == set()
        kept = owner.execute("SELECT email_index, phone_index FROM identity_person").fetchall()
    assert kept == [(blind("email", email), blind("phone", phone))]
    import json

    assert json.loads(_django(address, READ)) == {
        "person": [[email, phone, wanted]],
        "addresses": [email, wanted],
        "pending": [["@", stranger]],
        "label": ["n***y@older.example"],
        "payee": [stranger],
        "line": [stranger],
        "mail": [phone, stranger],
    }
    migrate(address)  # a second time there is nothing to do
    cluster.drop(name)


def test_slices_go_on_behind_what_they_saw_and_end() -> None:
    from django.db import connection

    from okpay.kernel.slices import Rows, in_slices

    numbers: list[int] = [3, 5, 8, 9, 12]
    seen: list[list[int]] = []

    query = f"SELECT n FROM unnest(ARRAY{numbers}) AS n WHERE n > %s ORDER BY n LIMIT %s"  # noqa: S608 — our own numbers

    def work(_cursor: CursorWrapper, rows: Rows) -> None:
        seen.append([row[0] for row in rows])

    in_slices(connection, query, work, since=0, size=2)
    assert seen == [[3, 5], [8, 9], [12]]
