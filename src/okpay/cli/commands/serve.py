"""Run everything on this machine until Ctrl-C."""

from __future__ import annotations

import click


@click.command(name="serve")
@click.option("--demo", is_flag=True, help="Load people to try it with, once.")
def command(*, demo: bool) -> None:
    """Start the database, the web, the API, the worker and the sandbox, and stop them in order."""
    from okpay.cli.supervisor.serve import Supervisor
    from okpay.config.env import ENV

    Supervisor(ENV.home, demo=demo and not ENV.production).run()
