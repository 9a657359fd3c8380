from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, LiteralString

import psycopg
import pytest
from django.db import ProgrammingError, transaction

from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.ids import encode, new_uuid
from okpay.kernel.models import AuditRow

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_row_says_who_did_what_to_whom() -> None:
    person = new_uuid()
    subject = encode("cus", person)
    actor = Actor(person_id=person, kind="person", via="api")
    audit.record(actor=actor, action="test.done", subject=subject, data={"count": 2}, now=NOW)
    audit.record(actor=SYSTEM, action="test.seen", subject=subject, data={}, now=NOW)
    rows = AuditRow.objects.filter(subject=subject).order_by("id")
    assert list(rows.values_list("at", "actor_kind", "actor_id", "via", "action", "data")) == [
        (NOW, "person", person, "api", "test.done", {"count": 2}),
        (NOW, "system", None, "job", "test.seen", {}),
    ]


def test_a_row_goes_with_the_transaction_that_did_not_happen() -> None:
    subject = encode("cus", new_uuid())
    with transaction.atomic():
        audit.record(actor=SYSTEM, action="test.undone", subject=subject, data={}, now=NOW)
        transaction.set_rollback(True)
    assert AuditRow.objects.filter(subject=subject).count() == 0


def test_m1_the_application_can_neither_change_nor_delete_a_row() -> None:
    subject = encode("cus", new_uuid())
    audit.record(actor=SYSTEM, action="test.kept", subject=subject, data={}, now=NOW)
    rows = AuditRow.objects.filter(subject=subject)
    for deed in (lambda: rows.update(action="test.other"), rows.delete):
        with pytest.raises(ProgrammingError, match="permission denied"):
            deed()
    assert rows.get().action == "test.kept"


@pytest.mark.parametrize(
    "deed",
    ["UPDATE kernel_audit SET action = ''", "DELETE FROM kernel_audit", "TRUNCATE kernel_audit"],
)
def test_m2_not_even_the_owner_changes_the_trail(
    owner_connection: psycopg.Connection[Any], deed: LiteralString
) -> None:
    subject = encode("cus", new_uuid())
    audit.record(actor=SYSTEM, action="test.kept", subject=subject, data={}, now=NOW)
    count = AuditRow.objects.count()
    with pytest.raises(psycopg.IntegrityError, match="append-only"):
        owner_connection.execute(deed)
    assert AuditRow.objects.get(subject=subject).action == "test.kept"
    assert AuditRow.objects.count() >= count
