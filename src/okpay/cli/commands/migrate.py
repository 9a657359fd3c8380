"""Bring the database to this program's schema."""

from __future__ import annotations

import os

import click


@click.command(name="migrate")
def command() -> None:
    """Apply what is new to the database's schema, as its owner."""
    os.environ["OKPAY_DB_ROLE"] = "okpay_owner"  # before the environment is read
    from okpay.cli import startup
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    startup.keys()
    startup.database(ENV.database_url())

    set_up()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=1)
