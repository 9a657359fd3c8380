"""Check every promise of the book on live data, and name the row where one is broken."""

from __future__ import annotations

import time
from pathlib import Path

import click

from okpay.cli import proving


@click.command(name="verify")
@proving.QUIET
@proving.CHECKPOINT
@proving.KEY
def command(*, quiet: bool, files: tuple[Path, ...], keys: tuple[str, ...]) -> None:
    """Check every promise of the book on live data; exit code 1 when one is broken.

    Reads one snapshot and writes nothing, so it can run at any time beside the product. Balances,
    sequences, holds, digests, the hash chains and every checkpoint are computed anew from the
    journal, on one core.
    """
    from okpay.cli import startup
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    startup.current_schema()
    set_up()
    import psycopg

    wanted = proving.checks(keys, files)
    options = f"-c role={ENV.db_role} -c timezone=UTC" if ENV.db_role else "-c timezone=UTC"
    began = time.monotonic()
    with psycopg.connect(
        ENV.database_url(), options=options, application_name="okpay verify"
    ) as link:
        done = proving.run(link, wanted, quiet=quiet)
    took = time.monotonic() - began
    click.echo(f"{proving.verdict(done)} in {took:.1f} s")
    raise SystemExit(0 if all(result.ok for result in done) else 1)
