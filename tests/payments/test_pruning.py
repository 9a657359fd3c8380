"""Finished jobs go when their work can be proven without them, and not before."""

from __future__ import annotations

import json
import uuid

import psycopg

from okpay.payments import pruning

_JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)
VALUES ('news', %s, %s, %s::jsonb) RETURNING id
"""
_TOLD = """
INSERT INTO notices_message (id, person_id, code, params, category, link, dedupe, created_at)
SELECT gen_random_uuid(), id, 'transfer_sent', '{}', 'transactions', '', %s, now()
FROM identity_person LIMIT 1
"""
TELL = "okpay.notices.tasks.tell"


def _job(owner: psycopg.Connection, task: str, args: object, *, days: int, status: str) -> int:
    row = owner.execute(_JOB, [task, status, json.dumps(args)]).fetchone()
    assert row is not None
    owner.execute(
        "INSERT INTO procrastinate_events (job_id, type, at)"
        " VALUES (%s, 'succeeded', now() - make_interval(days => %s))",
        [row[0], days],
    )
    owner.execute(
        "UPDATE procrastinate_events SET at = now() - make_interval(days => %s) WHERE job_id = %s",
        [days, row[0]],
    )
    number: int = row[0]
    return number


def test_a_job_goes_when_each_of_its_records_has_a_message(
    owner_connection: psycopg.Connection, make_person: object
) -> None:
    make_person(name="周晓宁")  # type: ignore[operator]  # somebody to tell
    told, untold = str(uuid.uuid4()), str(uuid.uuid4())
    owner_connection.execute(_TOLD, [f"record:{told}:completed:transfer_sent:x"])
    goes = {
        "told": _job(owner_connection, TELL, {"records": [told]}, days=8, status="succeeded"),
        "other": _job(owner_connection, "some.task", {}, days=8, status="succeeded"),
    }
    stays = {
        "young": _job(owner_connection, TELL, {"records": [told]}, days=6, status="succeeded"),
        "one untold": _job(
            owner_connection, TELL, {"records": [told, untold]}, days=8, status="succeeded"
        ),
        "failed": _job(owner_connection, TELL, {"records": [told]}, days=8, status="failed"),
        "waiting": _job(owner_connection, TELL, {"records": [told]}, days=8, status="todo"),
    }
    ids = [*goes.values(), *stays.values()]
    try:
        assert pruning.prune_all() >= len(goes)
        left = owner_connection.execute(
            "SELECT id FROM procrastinate_jobs WHERE id = ANY(%s)", [ids]
        ).fetchall()
        assert {row[0] for row in left} == set(stays.values())
    finally:
        owner_connection.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [ids])


def test_a_run_ends_when_nothing_is_left(owner_connection: psycopg.Connection) -> None:
    pruning.prune_all()
    assert pruning.prune() == 0
