"""Run one process by itself, as production does."""

from __future__ import annotations

import os
from typing import NoReturn

import click


@click.command(name="run")
@click.argument("name", type=click.Choice(["web", "api", "worker", "sandbox"]))
def command(name: str) -> NoReturn:
    """Check keys, database and schema, then become the process NAME."""
    from okpay.cli import startup
    from okpay.cli.supervisor.faces import faces

    face = faces().get(name)
    if face is None:
        raise click.ClickException("There is no sandbox in production (OKPAY_ENV=production).")
    startup.check()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okpay.config.settings")
    os.execv(face.command[0], face.command)  # noqa: S606 — from here on this is the server
