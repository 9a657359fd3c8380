"""`make bench-scale`: a book of millions beside a small one, in one run on one server.

The books persist in `SCALE_HOME` (else in `OKPAY_HOME`, else in `.okpay`), so that only the first
run makes them; a run that is broken off is gone on with. `CUSTOMERS` and `TRANSFERS` say how large.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from bench.town import Town
    from okpay.payments.engine.writer import Writer

CUSTOMERS: Final = int(os.environ.get("CUSTOMERS") or 5_000_000)
TRANSFERS: Final = int(os.environ.get("TRANSFERS") or 4 * CUSTOMERS)
SMALL: Final = (100_000, 200_000)
BYTES_A_TRANSFER: Final = 1_100  # with all that hangs on it, generously
BYTES_A_CUSTOMER: Final = 1_300
SAMPLED: Final = 100_000  # people who pay and are paid while we measure, as many in both books
ASKED: Final = 1_500  # people whose pages are read
LOADING: Final = {"max_wal_size": "16GB", "checkpoint_timeout": "1h", "autovacuum": "off"}
ROUND, LEAST_ROUNDS, ROUNDS = 40_000, 8, 16  # of transfers that warm a book
TURNS: Final = 5  # of each book, one after the other: the machine has other guests
NAMES: Final = ("small", "large")
Say = Callable[[str], None]


def say(text: str) -> None:
    """Show progress."""
    print(f"· {time.strftime('%H:%M:%S', time.gmtime())} {text}", flush=True)


def folder() -> Path:
    """Where the books are kept between runs."""
    given = os.environ.get("SCALE_HOME") or os.environ.get("OKPAY_HOME") or ".okpay"
    return Path(given).absolute() / "scale"


def books() -> dict[str, tuple[str, int, int]]:
    """Name the databases: what each is compared as, and how large it is."""
    sizes = dict(zip(NAMES, (SMALL, (CUSTOMERS, TRANSFERS)), strict=True))
    return {name: (f"book_{size[0]}_{size[1]}", *size) for name, size in sizes.items()}


def make_room(home: Path) -> None:
    """Refuse to begin what the disk cannot hold, and say how much that is.

    Raises:
        SystemExit: there is too little.
    """
    needed = CUSTOMERS * BYTES_A_CUSTOMER + TRANSFERS * BYTES_A_TRANSFER
    home.mkdir(parents=True, exist_ok=True)
    used = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    free = shutil.disk_usage(home).free
    say(f"{home}: needs {needed / 1e9:.1f} GB, has {used / 1e9:.1f} GB and {free / 1e9:.1f} free")
    if free + used < needed * 1.4:  # while it loads, logs and sorts need room too
        raise SystemExit(f"Not enough room: choose another folder with SCALE_HOME={home}")


def prepare(home: Path) -> None:
    """Make the books that are not there, on a server that is set up for loading."""
    from okpay import embedded  # noqa: PLC0415 — after the environment is set

    options = embedded.Options(settings=LOADING, bound=True)
    cluster = embedded.start(home, say, options)
    try:
        for name, customers, transfers in books().values():
            url = cluster.url(name)
            _create(cluster.url("postgres"), name)
            if _child("load", url, str(customers), str(transfers)).wait():
                raise SystemExit(f"{name} could not be made")
    finally:
        cluster.stop()


def _create(url: str, name: str) -> None:
    import psycopg  # noqa: PLC0415 — after the environment is set

    with psycopg.connect(url, autocommit=True) as link:
        have = {row[0] for row in link.execute("SELECT datname FROM pg_database")}
        if name not in have:
            say(f"making {name}; others that are here: {sorted(n for n in have if 'book_' in n)}")
            link.execute(f"CREATE DATABASE {name}")


def _child(task: str, url: str, *words: str, pipe: int | None = None) -> subprocess.Popen[str]:
    """Do something in a process whose Django knows that database."""
    environment = {
        **os.environ, "OKPAY_ENV": "test", "OKPAY_API_RATE": "0", "OKPAY_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "okpay.config.settings",
    }  # fmt: skip
    if task == "load":
        environment["OKPAY_DB_ROLE"] = "okpay_owner"
    command = [sys.executable, "-m", "bench.scale", task, url, *words]
    return subprocess.Popen(command, env=environment, text=True, stdin=pipe, stdout=pipe)


class Book:
    """A book under measurement, in a process of its own."""

    def __init__(self, url: str) -> None:
        """Begin."""
        self.found: dict[str, list[float]] = {}
        self._child = _child("measure", url, pipe=subprocess.PIPE)

    def ask(self, task: str) -> None:
        """Have one thing measured, and keep what was found."""
        assert self._child.stdin is not None  # noqa: S101 — both are pipes
        assert self._child.stdout is not None  # noqa: S101 — both are pipes
        self._child.stdin.write(f"{task}\n")
        self._child.stdin.flush()
        for name, value in json.loads(self._child.stdout.readline()).items():
            self.found.setdefault(name, []).append(value)

    def close(self) -> None:
        """Ask for no more."""
        self._child.communicate()


def load(url: str, customers: int, transfers: int) -> None:
    """Bring one book into being."""
    import django  # noqa: PLC0415 — after the environment is set
    from django.core.management import call_command  # noqa: PLC0415 — after the environment is set

    django.setup()
    call_command("migrate", skip_checks=True, verbosity=0)
    from bench import scale_load  # noqa: PLC0415 — after Django

    scale_load.load(url, customers, transfers, say)


def measure(url: str) -> None:
    """Stay with one book, and measure what is asked for, a line at a time, until no more is asked.

    Each answer is a line of JSON.
    """
    import django  # noqa: PLC0415 — after the environment is set

    django.setup()
    from bench.__main__ import engine_rate  # noqa: PLC0415 — after Django
    from okpay.kernel.collector import calm  # noqa: PLC0415 — after Django
    from okpay.payments.engine.writer import Writer  # noqa: PLC0415 — after Django

    town = sampled(url)
    writer = Writer(url, batch=256, lanes=2)
    calm()
    tasks: dict[str, Callable[[], dict[str, float]]] = {
        "reads": lambda: {**reads(town.people[:ASKED]), **size_of(url)},
        "warmed": lambda: warmed(writer, town),
        "spread": lambda: {"engine_spread_tps": engine_rate(writer, town, hot=False, seconds=3)},
        "hot": lambda: {"engine_hot_tps": engine_rate(writer, town, hot=True, seconds=3)},
        # Everybody has paid the first person by now, who has tens of thousands of records.
        "hot_reads": lambda: {f"hot_{k}": v for k, v in reads(town.people[:1] * 50).items()},
        "http": lambda: over_http(town),
    }
    for line in sys.stdin:
        print(json.dumps(tasks[line.strip()]()), flush=True)
    writer.stop()


def warmed(writer: Writer, town: Town) -> dict[str, float]:
    """Pay until it no longer gets faster; return the first rate, and how many rounds.

    A server that was just started reads its pages from the disk, and the first change of a page
    after a checkpoint writes all of it into the log. What is measured behind this is the book as
    it is after some minutes of a busy day; what the first seconds are like stands beside it.
    """
    from bench.__main__ import INFLIGHT, sends  # noqa: PLC0415 — after Django
    from bench.town import flood  # noqa: PLC0415 — after Django

    rates: list[float] = []
    while len(rates) < ROUNDS:
        commands = sends(town, ROUND, hot=False)
        began = time.perf_counter()
        flood(writer, commands, INFLIGHT)
        rates.append(ROUND / (time.perf_counter() - began))
        if len(rates) >= LEAST_ROUNDS and rates[-1] < max(rates[:-1]) * 1.02:
            break
    return {"first_tps": rates[0], "warm_rounds": float(len(rates))}


def sampled(url: str) -> Town:
    """Take people from all over the book and give each a token."""
    from bench import town  # noqa: PLC0415 — after Django
    from bench.scale_load import connect  # noqa: PLC0415 — after Django

    with connect(url) as link:
        plan = link.execute("SELECT customers, began FROM bench_scale.plan").fetchone()
        assert plan is not None  # noqa: S101 — the book was made
        born = int((plan[1].timestamp() - 365 * 86400) * 1000)
        numbers = random.sample(range(plan[0]), min(SAMPLED, plan[0]))
        rows = link.execute(
            "SELECT bench_scale.person(%s, n)::text FROM unnest(%s::bigint[]) AS n", [born, numbers]
        ).fetchall()
        tokens = ["okpay_pat_" + secrets.token_urlsafe(32) for _ in rows]
        made = town.Town([row[0] for row in rows], tokens)
        digests = [hashlib.sha256(token.encode()).hexdigest() for token in tokens]
        link.execute(town.TOKENS, [made.people, digests])
        link.execute("ANALYZE identity_accesstoken")
    return made


def reads(who: list[str]) -> dict[str, float]:
    """Time at the database of a page of records and of the balances, in milliseconds."""
    from datetime import UTC, datetime  # noqa: PLC0415 — only here
    from uuid import UUID  # noqa: PLC0415 — only here

    from okpay.wallets import queries  # noqa: PLC0415 — after Django

    asks: dict[str, Callable[[UUID], object]] = {
        "records": lambda person: queries.records(person, limit=20),
        "balances": lambda person: queries.balances(person, datetime.now(UTC)),
    }
    people = [UUID(one) for one in who]
    found: dict[str, float] = {}
    for name, ask in asks.items():
        times = sorted(_at_the_database(lambda: ask(person)) for person in people)  # noqa: B023 — called at once
        found[f"{name}_p50_ms"] = times[len(times) // 2]
        found[f"{name}_p99_ms"] = times[len(times) * 99 // 100]
    return found


def _at_the_database(work: Callable[[], object]) -> float:
    """Milliseconds that statements took, seen from this end of the socket."""
    from django.db import connection  # noqa: PLC0415 — after Django

    taken = 0.0

    def timed(execute: Any, *arguments: Any) -> Any:  # noqa: ANN401 — as Django calls it
        nonlocal taken
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            taken += time.perf_counter() - began

    with connection.execute_wrapper(timed):
        work()
    return taken * 1000


def over_http(town: Town) -> dict[str, float]:
    """Durable `POST /v1/transfers` over 64 connections, as `make bench` does it."""
    from bench import __main__ as bench  # noqa: PLC0415 — after Django

    with tempfile.TemporaryDirectory(prefix="okpay-scale-") as place:
        plan = Path(place) / "plan"
        plan.write_text(bench._plan(town, hot=False), encoding="ascii")  # noqa: SLF001 — the same bench
        port = bench.free_port()
        process = bench.serve_api(port, dict(os.environ))
        try:
            bench._load(port, 8, 2, plan)  # noqa: SLF001 — as above; warms up
            figures = bench._load(port, 64, bench.SECONDS, plan)  # noqa: SLF001 — as above
        finally:
            process.terminate()
            process.wait()
    return {f"http_64_{name}": figures[name] for name in ("per_second", "p50_ms", "p99_ms")}


def size_of(url: str) -> dict[str, float]:
    """How large the book is."""
    import psycopg  # noqa: PLC0415 — after the environment is set

    with psycopg.connect(url) as link:
        row = link.execute(
            "SELECT pg_database_size(current_database()) / 1e9,"
            " (SELECT reltuples FROM pg_class WHERE relname = 'ledger_transfer')"
        ).fetchone()
    assert row is not None  # noqa: S101 — one row
    return {"gigabytes": float(row[0]), "transfers": float(row[1])}


def measured(urls: dict[str, str]) -> dict[str, dict[str, list[float]]]:
    """Measure the books in turns, so that what else the machine does falls on both."""
    open_ = {name: Book(url) for name, url in urls.items()}
    try:
        for task, turns in (
            ("reads", 1), ("warmed", 1), ("spread", TURNS), ("hot", TURNS), ("hot_reads", 1),
            ("http", TURNS),
        ):  # fmt: skip
            for _ in range(turns):
                for name, book in open_.items():
                    say(f"{task}, the {name} book")
                    book.ask(task)
    finally:
        for book in open_.values():
            book.close()
    return {name: book.found for name, book in open_.items()}


def table(found: dict[str, dict[str, list[float]]]) -> dict[str, float]:
    """Print the medians of both books beside each other; return one flat object.

    A ratio is the median of the turns' own.
    """
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"  {'':<24}{'small':>14}{'large':>14}{'large/small':>14}")
    flat: dict[str, float] = {}
    for name in found["small"]:
        pairs = list(zip(found["small"][name], found["large"][name], strict=True))
        small, large = (median(side) for side in zip(*pairs, strict=True))
        share = median([b / a if a else 0.0 for a, b in pairs])
        print(f"  {name:<24}{small:>14,.3f}{large:>14,.3f}{share:>14.3f}")
        flat |= {f"small_{name}": small, f"large_{name}": large, f"ratio_{name}": share}
    return {name: round(value, 4) for name, value in flat.items()}


def main() -> None:
    """Make what is missing, measure both books, print the table, write `JSON=path`."""
    from okpay import embedded  # noqa: PLC0415 — only in the parent

    home = folder()
    make_room(home)
    os.environ["OKPAY_HOME"] = str(home)
    prepare(home)
    cluster = embedded.start(home, say, embedded.Options(bound=True))
    try:
        found = measured({kind: cluster.url(name) for kind, (name, _, _) in books().items()})
    finally:
        cluster.stop()
    flat = table(found)
    path = os.environ.get("JSON")
    if path:
        Path(path).write_text(json.dumps(flat, indent=1) + "\n", encoding="ascii")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["load", url, customers, transfers]:
            load(url, int(customers), int(transfers))
        case ["measure", url]:
            measure(url)
        case _:
            main()
