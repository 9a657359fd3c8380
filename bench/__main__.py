"""`make bench`: PostgreSQL, the product and the load generator on one machine, in one run."""

from __future__ import annotations

import json
import os
import platform
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

PEOPLE: Final = int(os.environ.get("BENCH_PEOPLE", "100000"))
SECONDS: Final = float(os.environ.get("BENCH_SECONDS", "6"))
FEEDERS: Final = 4
INFLIGHT: Final = 256
LINES: Final = 10_000  # of a list
SCALE: Final = os.environ.get("BENCH_PGBENCH_SCALE", "50")


def say(text: str) -> None:
    """Show progress."""
    print(f"· {text}", flush=True)


def pgbench(cluster: Any) -> float:  # noqa: ANN401 — the embedded cluster, imported late
    """TPC-B on the same server: prepared, 32 clients."""
    from okpay.embedded.binaries import find  # noqa: PLC0415 — after the environment is set

    program = Path(find().folder) / "pgbench"
    url = cluster.url("bench_tpcb")
    subprocess.run([program, "-q", "-i", "-s", SCALE, url], check=True, capture_output=True)
    ran = subprocess.run(
        [program, "-n", "-M", "prepared", "-c", "32", "-j", "2", "-T", str(int(SECONDS * 2)), url],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    line = next(line for line in ran.stdout.splitlines() if line.startswith("tps ="))
    return float(line.split()[2])


def sends(town: Any, count: int, *, hot: bool) -> list[Any]:  # noqa: ANN401 — imported late
    """Commands that pay one cent, to anybody or all to the first person."""
    from bench.town import CNY, NOTHING  # noqa: PLC0415 — after the environment is set
    from okpay.kernel.ids import new_uuid  # noqa: PLC0415 — after the environment is set
    from okpay.payments.engine.commands import Send  # noqa: PLC0415 — after the environment is set

    people = town.people
    commands = []
    for _ in range(count):
        payer, payee = random.sample(range(1, len(people)), 2)
        record = str(new_uuid())
        commands.append(
            Send(
                endpoint="transfers", client_key=record, fingerprint=NOTHING, owner=people[payer],
                record=record, asset=CNY, amount=1, payee=people[0 if hot else payee],
                memo="bench",
            )
        )  # fmt: skip
    return commands


def engine_rate(writer: Any, town: Any, *, hot: bool, seconds: float = SECONDS) -> float:  # noqa: ANN401 — imported late
    """Transfers a second of the engine alone, fed by four threads with 256 in flight."""
    from bench.town import chunks, flood  # noqa: PLC0415 — after the environment is set

    flood(writer, sends(town, 4_000, hot=hot), INFLIGHT)  # warm
    commands = sends(town, int(9_000 * seconds), hot=hot)
    threads = [
        threading.Thread(target=flood, args=(writer, part, INFLIGHT // FEEDERS))
        for part in chunks(commands, FEEDERS)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(commands) / (time.perf_counter() - began)


def free_port() -> int:
    """Find a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve_api(port: int, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the API lane as in production: one granian worker."""
    process = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "--interface", "asgi", "--workers", "1", "--http", "1",
            "--loop", "uvloop", "--no-ws", "--host", "127.0.0.1", "--port", str(port),
            "--log-level", "warning",
            "okpay.api.app:app",
        ],
        env=environment,
    )  # fmt: skip
    for _ in range(200):
        time.sleep(0.1)
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            continue
        return process
    process.terminate()
    message = "the API did not start"
    raise RuntimeError(message)


def http_rates(
    town: Any,  # noqa: ANN401 — imported late
    folder: Path,
    environment: dict[str, str],
    before: dict[str, int],
) -> dict[str, Any]:
    """Durable `POST /v1/transfers` at 1, 8 and 64 connections, spread and all to one; then lists.

    `before` are the sizes of the tables, by which the bytes of a transfer are told.
    """
    import psycopg  # noqa: PLC0415 — after the environment is set

    from bench.payouts import payout_rates  # noqa: PLC0415 — after Django

    port = free_port()
    process = serve_api(port, environment)
    try:
        figures: dict[str, Any] = {}
        for name in ("spread", "hot"):
            plan = folder / f"plan-{name}"
            plan.write_text(_plan(town, hot=name == "hot"), encoding="ascii")
            _load(port, 8, 2, plan)  # warm
            for connections in (1, 8, 64):
                say(f"HTTP, {name}, {connections} connections")
                figures[f"http_{name}_{connections}"] = _load(port, connections, SECONDS, plan)
        figures["api_memory_mb"] = _memory(process.pid)
        url = environment["OKPAY_DATABASE_URL"]
        with psycopg.connect(url) as connection:
            figures |= bytes_of(before, sizes(connection))
        say(f"lists of {LINES:,} payments, as JSON and as CSV")
        return figures | payout_rates(url, port, town, lines=LINES, api_pid=process.pid)
    finally:
        process.terminate()
        process.wait()


def _plan(town: Any, *, hot: bool) -> str:  # noqa: ANN401 — imported late
    count = len(town.people)
    payers = random.sample(range(1, count), min(count - 1, 50_000))
    hottest = town.public(0)
    rows = []
    for payer in payers:
        payee = hottest if hot else town.public(1 + payer % (count - 1))
        rows.append(f"{town.tokens[payer]}\t{payee}")
    return "\n".join(rows)


def _load(port: int, connections: int, seconds: float, plan: Path) -> dict[str, Any]:
    command = [
        sys.executable,
        "-m",
        "bench.load",
        str(port),
        str(connections),
        str(seconds),
        str(plan),
    ]
    ran = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, timeout=seconds + 30
    )
    figures: dict[str, Any] = json.loads(ran.stdout)
    if set(figures["statuses"]) != {"201"}:
        message = f"not every transfer was booked: {figures}"
        raise RuntimeError(message)
    return figures


def _memory(pid: int) -> float:
    """Proportional set size of a process and its children, in MB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    total = 0
    for one in (str(pid), *children):
        text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        line = next(line for line in text.splitlines() if line.startswith("Pss:"))
        total += int(line.split()[1])
    return total / 1024


TABLES = ("ledger_transfer", "ledger_batch", "wallets_record", "payments_answer")


def sizes(connection: Any) -> dict[str, int]:  # noqa: ANN401 — imported late
    """Heap and index bytes of the tables that grow with every transfer, and how many there are."""
    found = {"transfers": connection.execute("SELECT count(*) FROM ledger_transfer").fetchone()[0]}
    for table in TABLES:
        row = connection.execute(f"SELECT pg_total_relation_size('{table}')").fetchone()
        found[table] = row[0]
    return found


def bytes_of(before: dict[str, int], after: dict[str, int]) -> dict[str, float]:
    """Heap and index bytes that a transfer took, in each table and together."""
    count = after["transfers"] - before["transfers"]
    found = {f"bytes_{name}": (after[name] - before[name]) / count for name in TABLES}
    found["bytes_a_transfer"] = sum(found.values())
    return found


def run(home: Path) -> dict[str, Any]:
    """Measure everything once."""
    import psycopg  # noqa: PLC0415 — after the environment is set

    from okpay import embedded  # noqa: PLC0415 — after the environment is set

    with embedded.temporary(progress=lambda _: None) as cluster:
        os.environ["OKPAY_DATABASE_URL"] = cluster.url("okpay")
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench_tpcb")
        say(f"pgbench TPC-B, scale {SCALE}, prepared, 32 clients")
        figures: dict[str, Any] = {"pgbench_tps": pgbench(cluster)}
        migrate()
        figures |= measured(cluster, home)
        return figures


def migrate() -> None:
    """Make the product's tables, as their owner."""
    environment = {**os.environ, "OKPAY_DB_ROLE": "okpay_owner"}
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--skip-checks", "-v0"],
        env=environment, check=True,
    )  # fmt: skip


def measured(cluster: Any, home: Path) -> dict[str, Any]:  # noqa: ANN401 — the embedded cluster, imported late
    """Measure the engine alone, the API over HTTP, lists and a standby in one town."""
    import django  # noqa: PLC0415 — after the environment is set
    import psycopg  # noqa: PLC0415 — after the environment is set

    django.setup()
    from bench.standby import compare  # noqa: PLC0415 — after Django
    from bench.town import build  # noqa: PLC0415 — after Django
    from okpay.kernel.collector import calm  # noqa: PLC0415 — after Django
    from okpay.payments.engine.writer import Writer  # noqa: PLC0415 — after Django

    url = cluster.url("okpay")
    writer = Writer(url, batch=INFLIGHT, lanes=2)
    say(f"a town of {PEOPLE} people")
    town = build(url, writer, PEOPLE)
    with psycopg.connect(url) as connection:
        before = sizes(connection)
    calm()  # as the API does
    say("engine alone, spread")
    spread = engine_rate(writer, town, hot=False)
    say("engine alone, all to one account")
    hot = engine_rate(writer, town, hot=True)
    writer.stop()
    figures: dict[str, Any] = {"engine_spread_tps": spread, "engine_hot_tps": hot}
    figures |= http_rates(town, home, dict(os.environ), before)
    say("engine alone, with a synchronous standby on this machine")
    writer = Writer(url, batch=INFLIGHT, lanes=2)
    figures |= compare(cluster, lambda: engine_rate(writer, town, hot=False, seconds=SECONDS / 3))
    writer.stop()
    return figures


def flat(figures: dict[str, Any]) -> dict[str, float]:
    """One flat object: ratios first, then the raw figures."""
    base = figures["pgbench_tps"]
    found = {
        "http_vs_pgbench": figures["http_spread_64"]["per_second"] / base,
        "http_hot_vs_pgbench": figures["http_hot_64"]["per_second"] / base,
        "engine_vs_pgbench": figures["engine_spread_tps"] / base,
        "engine_hot_vs_spread": figures["engine_hot_tps"] / figures["engine_spread_tps"],
        "payouts_vs_single": figures["payout_spread_json_per_second"]
        / figures["http_spread_1"]["per_second"],
        "payouts_csv_vs_single": figures["payout_spread_csv_per_second"]
        / figures["http_spread_1"]["per_second"],
    }
    for name, value in figures.items():
        if isinstance(value, dict):
            for part in ("per_second", "p50_ms", "p99_ms"):
                found[f"{name}_{part}"] = value[part]
        else:
            found[name] = value
    return {name: round(value, 3) for name, value in found.items()}


def show(found: dict[str, float]) -> None:
    """Print the table."""
    print(f"\n{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    for name, value in found.items():
        print(f"  {name:<34}{value:>14,.3f}")


def main() -> None:
    """Measure, print, and write `JSON=path` when asked."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="okpay-bench-") as folder:
        os.environ["OKPAY_HOME"] = folder
        os.environ["OKPAY_ENV"] = "test"
        os.environ["OKPAY_API_RATE"] = "0"
        os.environ["DJANGO_SETTINGS_MODULE"] = "okpay.config.settings"
        found = flat(run(Path(folder)))
    found["seconds"] = round(time.monotonic() - began, 1)
    show(found)
    target: Callable[[str], str | None] = os.environ.get
    path = target("JSON")
    if path:
        Path(path).write_text(json.dumps(found, indent=1) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
