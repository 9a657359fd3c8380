"""Load the people to try the product with, and show the codes of the demo's staff."""

from __future__ import annotations

import click


@click.group(name="demo", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Load the demo people into the database, once."""
    from okpay.config.env import ENV

    if ENV.production:
        raise click.ClickException("There are no demo people in production.")
    if ctx.invoked_subcommand is None:
        _load()


def _load() -> None:
    from okpay.cli import demo, startup
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    startup.check()
    if demo.loaded(ENV.database_url()):
        click.echo("The demo people are there already.")
        return
    set_up()
    demo.load_demo(click.echo)


@command.command()
@click.argument("email")
def code(email: str) -> None:
    """Print what the authenticator app of a demo colleague shows now, and for how long."""
    from okpay.cli.town.staff import STAFF, code_now

    if email not in {one.email for one in STAFF}:
        names = ", ".join(one.email for one in STAFF)
        raise click.ClickException(f"Nobody of the demo's staff is {email}. There are: {names}")
    digits, left = code_now()
    click.echo(f"{digits}  ({left} s)")
