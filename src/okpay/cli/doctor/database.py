"""The database: version, durability, schema, roles, clock, queue."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg

from okpay import embedded
from okpay.cli import keys_check, schema
from okpay.cli.doctor import Check, Finding, graded
from okpay.config.env import ENV
from okpay.embedded import checks, configuration

_ROLES = ("okpay_app", "okpay_book", "okpay_seal")
_CLOCK_ODD = 1.0
_CLOCK_WRONG = 5.0
_LATE = 300
_NEARLY_FULL = 0.8
_OUTGROWN = 1.5

_FAILED = """
SELECT task_name, count(*), max(id) FROM procrastinate_jobs WHERE status = 'failed'
GROUP BY task_name ORDER BY task_name
"""

Link = psycopg.Connection[tuple[object, ...]]


def database() -> Iterator[Finding]:
    """Connect once, and ask everything over that session."""
    url = ENV.database_url()
    if not url:
        yield Finding("warn", "database", "none yet; okpay serve makes one")
        return
    try:
        link = psycopg.connect(url, connect_timeout=5)
    except psycopg.OperationalError as error:
        if not os.environ.get("OKPAY_DATABASE_URL") and embedded.status(ENV.home).pid is None:
            yield Finding("warn", "database", "the embedded PostgreSQL does not run (okpay serve)")
        else:
            yield Finding("fail", "database", str(error).strip().splitlines()[-1])
        return
    with link:
        for ask in (
            _server,
            _sound,
            _pages,
            _clock,
            _sessions,
            _cache,
            _schema,
            _roles,
            _envelope,
            _queue,
        ):
            yield from ask(link)


def _one(link: Link, query: str, *values: object) -> object:
    row = link.execute(query.encode(), values).fetchone()
    return row[0] if row else None


def _server(link: Link) -> Iterator[Finding]:
    version = link.info.parameter_status("server_version")
    yield Finding("ok", "database", f"PostgreSQL {version}, {link.info.dbname} as {link.info.user}")
    if _one(link, "SELECT rolsuper FROM pg_roles WHERE rolname = session_user"):
        yield Finding(
            "warn", "database", "the product signs in as a superuser; give it a plain role"
        )


def _sound(link: Link) -> Iterator[Finding]:
    checks.assert_sound(link)
    yield Finding(
        "ok", "durability", "fsync, full_page_writes, synchronous_commit, checksums are on"
    )
    yield Finding("ok", "locale", "UTF8, sorted by code point")


def _pages(link: Link) -> Iterator[Finding]:
    broken = _one(link, "SELECT coalesce(sum(checksum_failures), 0)::int FROM pg_stat_database")
    if broken:
        yield Finding("fail", "pages", f"{broken} pages had a wrong checksum: restore a backup")
    else:
        yield Finding("ok", "pages", "no page had a wrong checksum")


def _clock(link: Link) -> Iterator[Finding]:
    theirs = _one(link, "SELECT clock_timestamp()")
    if not isinstance(theirs, datetime):
        return
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    level = graded(fail=apart > _CLOCK_WRONG, warn=apart > _CLOCK_ODD)
    yield Finding(level, "clock", f"{apart:.1f} s apart from the database's")
    if (ENV.home / "clock.offset").exists():
        yield Finding("warn", "clock", "the sandbox has moved the clock (clock.offset)")


def _sessions(link: Link) -> Iterator[Finding]:
    used = int(str(_one(link, "SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL")))
    most = int(str(_one(link, "SELECT current_setting('max_connections')")))
    yield Finding(graded(warn=used > most * _NEARLY_FULL), "sessions", f"{used} of {most} in use")


def _cache(link: Link) -> Iterator[Finding]:
    if os.environ.get("OKPAY_DATABASE_URL"):  # another machine's, perhaps: its memory is not known
        return
    cache = int(str(_one(link, "SELECT pg_size_bytes(current_setting('shared_buffers'))")))
    book = int(str(_one(link, "SELECT sum(pg_database_size(oid))::bigint FROM pg_database")))
    yield cached(cache // configuration.MEGABYTE, book // configuration.MEGABYTE)


def cached(cache: int, book: int) -> Finding:
    """Compare the cache of the running server with what it would be given now, all in MB."""
    due = configuration.buffers(configuration.memory(), book)
    said = f"{cache} MB for a book of {book} MB"
    if due > cache * _OUTGROWN:
        return Finding("warn", "cache", f"{said}; at its next start the database gets {due} MB")
    return Finding("ok", "cache", said)


def _schema(_link: Link) -> Iterator[Finding]:
    if schema.looks_current(ENV.database_url()):
        yield Finding("ok", "schema", "every migration is applied")
        return
    from okpay.cli.django_setup import set_up

    set_up()
    waiting = schema.unapplied()
    if waiting:
        text = f"{len(waiting)} migrations wait, the first is {waiting[0]}: okpay migrate"
        yield Finding("fail", "schema", text)
    else:
        yield Finding("ok", "schema", "every migration is applied")


def _roles(link: Link) -> Iterator[Finding]:
    for role in _ROLES:
        if not _one(link, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            yield Finding("fail", "roles", f"{role} is missing: okpay migrate")
            return
    loose = _one(
        link,
        "SELECT string_agg(relname, ', ') FROM pg_class WHERE relkind = 'r' "
        "AND relname LIKE 'ledger\\_%%' AND has_table_privilege(%s, oid, 'UPDATE, DELETE')",
        _ROLES[0],
    )
    if loose:
        yield Finding("fail", "roles", f"{_ROLES[0]} may change {loose}: okpay migrate")
    else:
        yield Finding("ok", "roles", "the application cannot change the ledger")


def _envelope(link: Link) -> Iterator[Finding]:
    sentence = keys_check.missing(link, keys_check.ring())
    yield Finding(
        graded(fail=bool(sentence)), "envelope", sentence or "personal data can be opened"
    )


def _queue(link: Link) -> Iterator[Finding]:
    if not _one(link, "SELECT to_regclass('procrastinate_jobs')::text"):
        return
    waits = _one(
        link,
        "SELECT coalesce(extract(epoch FROM now() - min(e.at)), 0)::int FROM procrastinate_jobs j "
        "JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' "
        "WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()",
    )
    level = graded(warn=int(str(waits)) > _LATE)
    yield Finding(level, "queue", f"the oldest job waits for {waits} s")
    failed = link.execute(_FAILED).fetchall()
    for task, count, latest in failed:
        text = f"{count} jobs {task} have failed for good, the latest is number {latest}"
        yield Finding("warn", "queue", text)
    if not failed:
        yield Finding("ok", "queue", "no job has failed for good")


CHECKS: tuple[Check, ...] = (database,)
