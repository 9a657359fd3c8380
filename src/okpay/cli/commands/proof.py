"""Publish what customers are owed, give out one customer's proof, and check a proof."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(name="proof")
def command() -> None:
    """Proof of liabilities: a signed daily total in which each customer finds their balance."""


@command.command()
@click.option("--day", type=DAY, help="Only this day (YYYY-MM-DD), instead of all that are due.")
def publish(day: datetime | None) -> None:
    """Build, sign and publish the trees of every day that is due; each day once."""
    _set_up()
    from okpay.kernel import clock
    from okpay.kernel.actor import Actor
    from okpay.ledger.liabilities import operations, queries
    from okpay.ledger.liabilities.operations import PUBLISHING_ERRORS

    actor = Actor(person_id=None, kind="system", via="cli")
    try:
        if day is not None:
            operations.publish_day(actor=actor, day=day.date(), now=clock.now())
        elif not operations.publish_due(actor=actor, now=clock.now()):
            click.echo("Every day is published already.")
    except PUBLISHING_ERRORS as error:
        raise click.ClickException(f"Nothing was published: {error}.") from error
    found = queries.latest(day.date() if day else None)
    click.echo(found.text if found else "", nl=False)


@command.command()
@click.argument("customer")
@click.option("--asset", default="CNY", show_default=True, help="Which currency.")
@click.option("--day", type=DAY, help="Of this day (YYYY-MM-DD), instead of the newest.")
def show(customer: str, asset: str, day: datetime | None) -> None:
    """Print the proof file of CUSTOMER (cus_…)."""
    _set_up()
    from okpay.kernel import clock
    from okpay.kernel.ids import BadIdError, decode
    from okpay.ledger.liabilities import queries

    try:
        person = decode(customer, "cus")
    except BadIdError as error:
        raise click.ClickException("A customer number has the form cus_…") from error
    statement = queries.latest(day.date() if day else None)
    if statement is None:
        raise click.ClickException("Nothing was published for that day.")
    for share in queries.shares(person, statement.day, clock.now()):
        if share.asset.code == asset and share.steps is not None:
            proof = queries.proof_file(person, statement, share)
            click.echo(json.dumps(proof, indent=1))
            return
    raise click.ClickException(f"{customer} has no {asset} in the tree of {statement.day}.")


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--customer", default="", help="Your customer number, to compare.")
@click.option("--key", default="", help="The wallet's public key, to compare.")
@click.option("--statement", default="", help="A file with the published statement, to compare.")
def check(file: str, customer: str, key: str, statement: str) -> None:
    """Check a proof FILE; exit code 0 it holds, 1 it does not, 2 it is no proof.

    The same as `python okpay_proof.py FILE`, which needs nothing of OKPay.
    """
    from okpay.ledger.liabilities import okpay_proof

    okpay_proof.run(file, customer, key, statement)


def _set_up() -> None:
    from okpay.cli import startup
    from okpay.cli.django_setup import set_up

    startup.current_schema()
    set_up()
