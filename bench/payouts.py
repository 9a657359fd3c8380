"""Lists of payments over HTTP: lines a second as JSON and as CSV, to many payees and to one.

Called by the benchmark with a running API and a town.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from bench.town import Town

LINES: Final = 10_000
ALLOW: Final = """
INSERT INTO identity_accesstoken (id, person_id, name, digest, tail, scopes, created_at, expires_at)
VALUES (gen_random_uuid(), %s, 'bench', decode(%s, 'hex'), '0000', '{payouts:write,payouts:read}',
  now(), now() + interval '30 days')
"""
HOT: Final = 0  # the person whom all lines of a hot list pay


def payout_rates(
    url: str, port: int, town: Town, *, lines: int = LINES, api_pid: int = 0
) -> dict[str, float]:
    """Pay four lists, each by a person of their own; every line must be done.

    `url` is the database's address (a token with the scope is made there). With `api_pid` the
    microseconds of CPU of it and of PostgreSQL are given for each line.
    """
    found: dict[str, float] = {}
    pids = {"api_us": api_pid, "postgres_us": postmaster(url)} if api_pid else {}
    payer = len(town.people) - 1
    for name, hot in (("spread", False), ("hot", True)):
        for form in ("json", "csv"):
            payer -= 1
            token = _token(url, town.people[payer])
            payees = [town.public(HOT if hot else 1 + n % (payer - 1)) for n in range(lines)]
            body = _json(payees) if form == "json" else _csv(payees)
            figures = _paid(port, token, body, lines, pids)
            found |= {f"payout_{name}_{form}_{part}": value for part, value in figures.items()}
    return found


def _token(url: str, person: str) -> str:
    secret = "okpay_pat_" + secrets.token_urlsafe(32)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(ALLOW, [person, hashlib.sha256(secret.encode()).hexdigest()])
    return secret


def _json(payees: list[str]) -> tuple[str, bytes]:
    lines = [
        {"reference": f"L{n}", "payee": {"id": one}, "amount": "0.01", "currency": "CNY",
         "memo": "bench"}
        for n, one in enumerate(payees)
    ]  # fmt: skip
    return "application/json", json.dumps({"lines": lines}).encode()


def _csv(payees: list[str]) -> tuple[str, bytes]:
    rows = [f"L{n},{one},0.01,CNY,bench\r\n" for n, one in enumerate(payees)]
    return "text/csv", ("reference,payee,amount,currency,memo\r\n" + "".join(rows)).encode()


def _paid(
    port: int, token: str, typed: tuple[str, bytes], lines: int, pids: dict[str, int]
) -> dict[str, float]:
    """Send one list and wait until it is done."""
    kind, body = typed
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    headers["Idempotency-Key"] = secrets.token_hex(8)
    before = {name: cpu_of(pid) for name, pid in pids.items()}
    began = time.perf_counter()
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        connection.request("POST", "/v1/payouts", body, headers)
        answer = connection.getresponse()
        shown = json.loads(answer.read())
        connection.close()
        if answer.status != 202:  # noqa: PLR2004 — still running
            break
        time.sleep(0.05)
    taken = time.perf_counter() - began
    if answer.status != 201 or shown["done"] != lines:  # noqa: PLR2004 — created and done
        message = f"not every line was paid: {shown}"
        raise RuntimeError(message)
    found = {"per_second": lines / taken}
    for name, pid in pids.items():
        found[name] = (cpu_of(pid) - before[name]) * 1_000_000 / lines
    return found


def _ticks(pid: int | str) -> list[str]:
    """The fields of a process's `stat` behind its name; empty when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def cpu_of(pid: int) -> float:
    """Seconds of CPU of a process, its children, and those of its children that have ended."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    fields = [_ticks(one) for one in (str(pid), *children)]
    ticks = sum(int(one) for row in fields for one in row[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def postmaster(url: str) -> int:
    """The process above every process of a PostgreSQL on this machine."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None  # noqa: S101 — SELECT without FROM has one row
        return int(_ticks(row[0])[1])
