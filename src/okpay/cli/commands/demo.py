"""Load the people to try the product with."""

from __future__ import annotations

import click


@click.command(name="demo")
def command() -> None:
    """Load the demo people into the database, once."""
    from okpay.cli import demo, startup
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    if ENV.production:
        raise click.ClickException("There are no demo people in production.")
    startup.check()
    if demo.loaded(ENV.database_url()):
        click.echo("The demo people are there already.")
        return
    set_up()
    demo.load_demo(click.echo)
