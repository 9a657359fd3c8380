"""Killed at a named step, started again, asked again: done exactly once (N1, B5, B6)."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

import okpay
from okpay.kernel.ids import encode
from tests.lab.checker import check
from tests.lab.client import Job, live
from tests.lab.history import read
from tests.lab.house import Resident
from tests.lab.room import furnish
from tests.lab.stage import TOKENS
from tests.payments.processes import context
from tests.payments.wishes import send, top_up
from tests.payments.world import World, broken
from tests.support.product import free_ports

SOURCE = Path(okpay.__file__).parent
TESTS = Path(__file__).parent.parent
ENGINE = ["engine.load", "engine.decide", "engine.persist", "engine.commit", "engine.outcomes"]
SEED = 7


def test_n1_every_named_step_is_one_at_which_some_test_kills() -> None:
    named = re.compile(r'crash_after\("([a-z_.]+)"\)')
    steps = {step for path in SOURCE.rglob("*.py") for step in named.findall(path.read_text())}
    tests = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    assert {step for step in steps if f'"{step}' not in tests} == set()
    assert set(ENGINE) <= steps


@pytest.mark.parametrize("step", ENGINE)
def test_n1_b6_a_writer_killed_at_a_named_step_does_everything_exactly_once(
    loose_world: World, tmp_path: Path, step: str
) -> None:
    people, frozen = furnish(loose_world)
    journal = tmp_path / "journal.jsonl"
    job = Job(loose_world.url, journal, people, frozen, SEED, time.monotonic() + 240, most=2_000)
    doomed = context().Process(target=live, args=(replace(job, crash=(step, 9)),))
    doomed.start()
    doomed.join(100)
    assert doomed.exitcode == -9, "the step was never reached"
    open_ = [deed for deed in read([journal]).values() if deed.outcome is None]
    assert open_, "nobody was waiting when it died"
    again = context().Process(target=live, args=(replace(job, most=50),))
    again.start()
    again.join(100)
    deeds = read([journal])
    assert [deed for deed in deeds.values() if deed.outcome is None] == []
    assert check(deeds, loose_world.url) == []
    assert broken(loose_world.url) == []


def _environment(url: str, crash: str, **more: str) -> dict[str, str]:
    kept = {key: text for key, text in os.environ.items() if key != "PYTHONWARNINGS"}
    return {**kept, "OKPAY_DATABASE_URL": url, "OKPAY_CRASH_AFTER": crash, **more}


@contextmanager
def _api(url: str, port: int, log: Path, crash: str) -> Iterator[None]:
    """Run an API process for a while, as production runs it."""
    environment = _environment(url, crash, OKPAY_API_PORT=str(port), OKPAY_API_RATE="0")
    api = Resident("api-0", ("okpay.cli", "run", "api"), environment, log, port)
    api.start()
    try:
        until = time.monotonic() + 60
        while not _alive(port):
            assert time.monotonic() < until, log.read_text()[-2000:]
            time.sleep(0.05)
        yield
    finally:
        api.signal(9)
        if api.process is not None:
            api.process.wait()


def _alive(port: int) -> bool:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", "/health/live")
        return link.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        link.close()


def _pay(port: int, token: str, payee: str, key: str) -> tuple[int, str]:
    """Ask once: the status and whether it was said before; 0 when the answer was lost."""
    body = json.dumps({"payee": {"id": payee}, "amount": "1.00", "currency": "CNY"})
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        link.request("POST", "/v1/transfers", body, headers)
        response = link.getresponse()
        return response.status, response.headers.get("Idempotent-Replayed", "")
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        link.close()


def _pay_all(port: int, token: str, payee: str, keys: list[str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}

    def one(key: str) -> None:
        found[key] = _pay(port, token, payee, key)

    threads = [threading.Thread(target=one, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_n1_b5_an_api_killed_before_it_answers_gives_the_first_answer_to_the_retry(
    loose_world: World, tmp_path: Path
) -> None:
    payer, payee = loose_world.people(2)
    loose_world.done(top_up(payer, 100_000))
    token = f"okpay_pat_{secrets.token_urlsafe(32)}"
    with loose_world.owner() as owner:
        owner.execute(TOKENS, [[payer], [hashlib.sha256(token.encode()).hexdigest()]])
    port, log = free_ports(1)[0], tmp_path / "api.log"
    keys = [f"key-{number}" for number in range(12)]
    public = encode("cus", UUID(payee))
    with _api(loose_world.url, port, log, "api.answer:4"):
        first = _pay_all(port, token, public, keys)
    lost = [key for key, (status, _) in first.items() if status != 201]
    assert lost, "no answer was lost"
    booked = loose_world.rows("SELECT count(*) FROM wallets_record WHERE payer = %s", payer)[0][0]
    assert booked > len(keys) - len(lost), "nothing was booked without being answered"
    with _api(loose_world.url, port, log, ""):
        second = _pay_all(port, token, public, keys)
    assert {status for status, _ in second.values()} == {201}
    assert sum(replayed == "true" for _, replayed in second.values()) == booked
    assert loose_world.balance(payee) == (1_200, 0)
    assert broken(loose_world.url) == []


def _worker(url: str, crash: str, code: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=_environment(url, crash),
        check=False,
        capture_output=True,
        timeout=60,
    )
    return ran.returncode


WORK = """
import asyncio, os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okpay.config.settings")
import django; django.setup()
from okpay.cli.worker import work
asyncio.run(work(wait=False))
"""
# What the regular job does after a minute of silence, now.
RESCUE = """
UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes';
INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args)
VALUES ('news', 'okpay.config.procrastinate.rescue', 0, '{"timestamp": 0}');
"""


@pytest.mark.parametrize("step", ["outbox.forward", "notices.tell"])
def test_n1_a_worker_killed_at_a_named_step_tells_everybody_exactly_once(
    loose_world: World, step: str
) -> None:
    payer, payee = loose_world.people(2)
    loose_world.done(top_up(payer, 10_000))
    loose_world.done(*[send(payer, payee, 100) for _ in range(5)])
    assert _worker(loose_world.url, step, WORK) == -9, "the step was never reached"
    with loose_world.owner() as owner:
        owner.execute(RESCUE)
    assert _worker(loose_world.url, "", WORK) == 0
    told = Counter(
        (person, dedupe)
        for person, dedupe in loose_world.rows(
            "SELECT person_id::text, dedupe FROM notices_message WHERE dedupe LIKE 'record:%%'"
        )
    )
    assert set(told.values()) == {1}
    of_each = Counter(person for person, _ in told)
    assert of_each == {payer: 6, payee: 5}
    assert broken(loose_world.url) == []
