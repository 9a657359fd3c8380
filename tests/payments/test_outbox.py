"""The outbox: what was booked is told once and in order, whatever is interrupted."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import OperationalError, connection
from procrastinate.contrib.django.models import ProcrastinateJob

from okpay.payments import outbox
from okpay.payments.models import OutboxMark
from okpay.wallets.models import Record
from tests.support.people import MakePerson


def told(person: UUID) -> list[UUID]:
    """The records of a person that jobs were made for, in the jobs' order."""
    mine = set(Record.objects.filter(payee=person).values_list("id", flat=True))
    jobs = ProcrastinateJob.objects.filter(task_name="okpay.notices.tasks.tell").order_by("id")
    found = [UUID(record) for job in jobs for record in job.args["records"]]
    return [record for record in found if record in mine]


def jobs_for(person: UUID) -> int:
    """How many jobs were made that tell of a person's records."""
    mine = {str(one) for one in booked(person)}
    jobs = ProcrastinateJob.objects.filter(task_name="okpay.notices.tasks.tell")
    return sum(not mine.isdisjoint(job.args["records"]) for job in jobs)


def booked(person: UUID) -> list[UUID]:
    """The records of a person in the order in which they were booked."""
    rows = Record.objects.filter(payee=person).order_by("created_at", "id")
    return list(rows.values_list("id", flat=True))


def test_every_record_is_told_once_and_in_order(make_person: MakePerson) -> None:
    person = make_person(cny="1.00", usd="2.00", jpy="3")
    outbox.forward_all()
    assert told(person.id) == booked(person.id)
    outbox.forward_all()
    assert len(told(person.id)) == 3


def test_long_news_become_jobs_of_a_written_size(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.forward_all()
    monkeypatch.setattr(outbox, "MOST_RECORDS", 2)
    person = make_person(cny="1.00", usd="2.00", jpy="3")
    outbox.forward_all()
    assert jobs_for(person.id) == 2
    assert told(person.id) == booked(person.id)


def test_batches_are_read_by_the_size_of_their_numbers(database: str) -> None:
    """Numbers of transactions grow a digit now and then: 999 comes before 1000."""
    assert database
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (VERBOSE, COSTS OFF) " + outbox._NEXT,  # noqa: SLF001 — the order it asks for
            {"since": 0, "xid": "0", "batch": 0, "most": 1},
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "ledger_batch_order" in plan or "Sort Key: b.xid, b.id" in plan


def test_n1_a_forwarder_that_dies_half_way_tells_nothing_twice(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person(cny="1.00")
    with monkeypatch.context() as patched:
        patched.setattr(OutboxMark.objects, "filter", _refuse)
        with pytest.raises(OperationalError):
            outbox.forward()
    assert told(person.id) == []
    outbox.forward_all()
    assert told(person.id) == booked(person.id)


def _refuse(**_: object) -> None:
    raise OperationalError


def test_of_two_forwarders_one_works(make_person: MakePerson) -> None:
    person = make_person(cny="1.00", usd="2.00")
    threads = [threading.Thread(target=_forward) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outbox.forward_all()
    assert told(person.id) == booked(person.id)


def _forward() -> None:
    outbox.forward_all()
    connection.close()


def test_o14_after_a_restored_dump_nothing_is_left_out(make_person: MakePerson) -> None:
    """The mark and the batches of a dump carry numbers that this server has yet to reach."""
    restored = make_person(cny="1.00")
    outbox.forward_all()
    OutboxMark.objects.filter(pk=1).update(xid=str(1 << 60))
    person = make_person(cny="1.00", usd="2.00")
    outbox.forward_all()  # finds that the mark is of another server
    assert told(person.id) == []
    outbox.forward_all()
    assert told(person.id) == booked(person.id)
    assert told(restored.id) == booked(restored.id)
