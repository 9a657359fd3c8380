"""Signed checkpoints: show them, make one now, and tell the key they are signed with."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import click


@click.group(name="checkpoint")
def command() -> None:
    """Show and make signed checkpoints of the logs; tell the public key."""


@command.command()
def key() -> None:
    """Print the public key that signs checkpoints, totals and reports."""
    from okpay.cli.django_setup import set_up

    set_up()
    from okpay.kernel import signing

    public = signing.public_key()
    click.echo(f"Ed25519 {base64.b64encode(public).decode()}")
    click.echo(f"key id  {signing.key_id(public)}")


@command.command()
def now() -> None:
    """Seal all that was committed and sign a checkpoint at once."""
    from okpay.cli import startup
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    startup.current_schema()
    set_up()
    from okpay.kernel.sealing import SealingError
    from okpay.ledger.sealing import Sealer, terms

    sealer = Sealer(ENV.database_url(), replace(terms(), every=timedelta()))
    try:
        done = sealer.seal()
    except SealingError as error:
        raise click.ClickException(f"{error}. Run okpay verify.") from error
    finally:
        sealer.close()
    for one in done:
        size = f", checkpoint at {one.checkpoint.size:,}" if one.checkpoint else ""
        click.echo(f"{one.trail}: {one.rows:,} sealed{size}")
    if not done:
        click.echo("Another sealer is at work: nothing to do.")


@command.command()
def show() -> None:
    """Print the newest checkpoint of each log, as a signed note."""
    from okpay.cli import startup
    from okpay.cli.django_setup import set_up

    startup.current_schema()
    set_up()
    from okpay.ledger.checkpoints import newest

    for note in newest():
        click.echo(note)
