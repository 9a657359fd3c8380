"""Look after the database that runs inside the state folder."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import click

from okpay import embedded
from okpay.cli import owner
from okpay.config.env import ENV


@click.group(name="db")
def command() -> None:
    """Start, stop and ask the embedded PostgreSQL."""


@command.command()
def start() -> None:
    """Start the embedded database and leave it running."""
    cluster = embedded.start(ENV.home, click.echo)
    what = "started" if cluster.started else "was running already"
    version = cluster.binaries.version
    click.echo(f"PostgreSQL {version} {what} (pid {cluster.identity.pid}).")
    click.echo(f"Its address stands in {ENV.home / 'database.url'}.")


@command.command()
@click.option("--mode", type=click.Choice(["smart", "fast", "immediate"]), default="fast")
@click.option("--force", is_flag=True, help="Even while okpay serve uses it.")
def stop(*, mode: str, force: bool) -> None:
    """Stop the embedded database."""
    pid = owner.holder(ENV.home)
    if pid and not force:
        raise click.ClickException(
            f"okpay serve (pid {pid}) uses this database: stop that first, or say --force."
        )
    click.echo("Stopped." if embedded.stop(ENV.home, mode) else "It was not running.")


@command.command()
def status() -> None:
    """Tell whether it runs, and where everything lies; exit code 3 when it does not run."""
    found = embedded.status(ENV.home)
    pid = f" (pid {found.pid})" if found.pid else ""
    version = f"PostgreSQL {found.version}, " if found.version else ""
    click.echo(f"{version}{found.state}{pid}")
    click.echo(
        f"data   {found.places.data}\nsocket {found.places.socket}\nlog    {found.places.log}"
    )
    if found.state != "running":
        raise SystemExit(3)


@command.command()
@click.confirmation_option(prompt="Delete the database, the keys and the logs for ever?")
def remove() -> None:
    """Delete the state folder and the database for ever."""
    pid = owner.holder(ENV.home)
    if pid:
        raise click.ClickException(f"okpay serve (pid {pid}) uses it: stop that first.")
    embedded.remove(ENV.home)
    shutil.rmtree(ENV.home, ignore_errors=True)
    click.echo(f"{ENV.home} is gone.")


@command.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> NoReturn:
    """Open psql on the product's database; further ARGUMENTS go to psql."""
    from psycopg.conninfo import conninfo_to_dict

    url = ENV.database_url()
    if not url:
        raise click.ClickException("There is no database yet: okpay db start makes one.")
    environment = dict(os.environ)
    for name, variable in (
        ("host", "PGHOST"),
        ("port", "PGPORT"),
        ("user", "PGUSER"),
        ("password", "PGPASSWORD"),
        ("dbname", "PGDATABASE"),
        ("sslmode", "PGSSLMODE"),
    ):
        value = conninfo_to_dict(url).get(name)
        if value is not None:
            environment[variable] = str(value)
    program = _psql()
    os.execve(program, [program, *arguments], environment)  # noqa: S606 — from here on this is psql


def _psql() -> str:
    from okpay.embedded import binaries

    own = binaries.find().program("psql")
    found = own if os.access(own, os.X_OK) else shutil.which("psql")
    if found is None:
        raise click.ClickException("There is no psql here: install postgresql-client.")
    return found
