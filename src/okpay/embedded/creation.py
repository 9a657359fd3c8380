"""The first start: make the data directory, and in it the owner's role and the database."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from okpay.embedded.account import Account
from okpay.embedded.binaries import Binaries
from okpay.embedded.errors import StartFailedError
from okpay.embedded.layout import Places, write_private

ADMIN = "okpay_admin"
OWNER = "okpay_owner"
GROUPS = ("okpay_app", "okpay_book")
DATABASE = "okpay"
MARK = "okpay.json"
BUILTIN_SINCE = 17

_PASSWORD_BYTES = 24


def password(places: Places, role: str) -> str:
    """Return the password of ``role``, made at random and kept in a 0600 file on first use."""
    path = places.file(f"{role}.password")
    if not path.exists():
        write_private(path, secrets.token_urlsafe(_PASSWORD_BYTES))
    return path.read_text().strip()


def create(
    places: Places, binaries: Binaries, account: Account, progress: Callable[[str], None]
) -> None:
    """Make the data directory beside its place and move it there when it is whole.

    A start that was killed in the middle leaves no half-made data directory.
    """
    progress(f"Making the database (PostgreSQL {binaries.version}) in {places.base}")
    new = places.file("data.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    account.own(new, 0o700)
    _initdb(places, binaries, account, new)
    mark = {"made_by": "okpay", "version": binaries.version}
    path = new / MARK
    path.write_text(json.dumps(mark))
    account.own(path, 0o600)
    new.rename(places.data)


def _initdb(places: Places, binaries: Binaries, account: Account, target: Path) -> None:
    """Run initdb with the collations that never change under an index.

    Raises:
        StartFailedError: with initdb's own last words.
    """
    secret = places.file("initdb.password")
    write_private(secret, password(places, ADMIN))
    account.own(secret, 0o600)
    command = [
        binaries.program("initdb"),
        f"--pgdata={target}",
        f"--username={ADMIN}",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
        "--data-checksums",
        "--encoding=UTF8",
        "--no-instructions",
        *_locale(binaries.major),
    ]
    environment = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "TZ": "UTC"}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=environment,
            **account.popen(),
        )
    except OSError as error:
        raise StartFailedError(
            f"initdb cannot be run as {account.name}: {error.strerror}."
        ) from error
    finally:
        secret.unlink()
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if ":" in line][-3:]
        words = " / ".join(said) or "it said nothing"
        raise StartFailedError(f"The database could not be made in {places.base}: {words}")


def _locale(major: int) -> list[str]:
    """Order by code point in every version; letters by Unicode."""
    if major >= BUILTIN_SINCE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale-provider=libc", "--locale=C.UTF-8", "--lc-messages=C"]


def furnish(places: Places, conninfo: str) -> None:
    """Make the owner's login, the two roles that sessions step down to, and the database.

    Does nothing to what is already there.
    """
    secret = password(places, OWNER)
    with psycopg.connect(conninfo, autocommit=True) as link:
        have = {row[0] for row in link.execute("SELECT rolname FROM pg_roles")}
        for group in GROUPS:
            if group not in have:
                link.execute(_named("CREATE ROLE {} NOLOGIN", group))
        if OWNER not in have:
            role: LiteralString = "CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD {}"
            link.execute(_with_password(role, secret))
            for group in GROUPS:
                link.execute(_named("GRANT {} TO {} WITH ADMIN OPTION", group, OWNER))
        _same_password(link, secret)
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            link.execute(_named("CREATE DATABASE {} OWNER {}", DATABASE, OWNER))


def _same_password(link: psycopg.Connection[tuple[object, ...]], secret: str) -> None:
    """Set the owner's password only where the file was lost and made anew."""
    dsn = link.info.dsn
    try:
        psycopg.connect(dsn, user=OWNER, password=secret, dbname="postgres").close()
    except psycopg.OperationalError:
        link.execute(_with_password("ALTER ROLE {} PASSWORD {}", secret))


def _with_password(statement: LiteralString, secret: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(OWNER), sql.Literal(secret))


def _named(statement: LiteralString, *names: str) -> sql.Composed:
    return sql.SQL(statement).format(*(sql.Identifier(one) for one in names))
