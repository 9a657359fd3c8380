"""Check every promise of the book on live data, and name the row where one is broken."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from psycopg import Connection

    from okpay.ledger.proof import Result


@click.command(name="verify")
@click.option("--quiet", is_flag=True, help="Print only what is broken, and the last line.")
def command(*, quiet: bool) -> None:
    """Check every promise of the book on live data; exit code 1 when one is broken.

    Reads one snapshot and writes nothing, so it can run at any time beside the product.
    """
    from okpay.cli import startup
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    startup.current_schema()
    set_up()
    began = time.monotonic()
    checks, looked_at, red = 0, 0, 0
    for result in results(ENV.database_url(), ENV.db_role):
        checks, looked_at, red = checks + 1, looked_at + result.looked_at, red + (not result.ok)
        show(result, quiet=quiet)
    took = time.monotonic() - began
    verdict = f"{red} of {checks} checks are RED" if red else f"all {checks} checks hold"
    click.echo(f"{verdict}: {looked_at:,} things looked at in {took:.1f} s")
    raise SystemExit(1 if red else 0)


def results(url: str, role: str) -> Iterator[Result]:
    """Run every check: the server's settings first, then the book and what stands beside it."""
    import psycopg

    from okpay.kernel import clock
    from okpay.ledger.proof import prove
    from okpay.payments.proof import ALL

    options = f"-c role={role} -c timezone=UTC" if role else "-c timezone=UTC"
    with psycopg.connect(url, options=options, application_name="okpay verify") as link:
        yield server(link)
        link.rollback()
        yield from prove(link, ALL, clock.now())


def server(link: Connection[Any]) -> Result:
    """Ask the server whether what it acknowledges survives a crash."""
    from okpay.embedded import checks
    from okpay.embedded.configuration import REQUIRED
    from okpay.embedded.errors import EmbeddedError
    from okpay.ledger.proof import Result

    name = "the server keeps what it acknowledges"
    try:
        checks.assert_sound(link)
    except EmbeddedError as error:
        return Result(name, len(REQUIRED), (str(error),))
    return Result(name, len(REQUIRED), ())


def show(result: Result, *, quiet: bool) -> None:
    """Print one line for a check that holds, and the broken rows of one that does not."""
    if result.ok:
        if not quiet:
            click.echo(f"ok   {result.looked_at:>12,}  {result.name}")
        return
    click.echo(f"RED  {result.looked_at:>12,}  {result.name}")
    for line in result.broken:
        click.echo(f"{'':19}{line}")
    if result.more:
        click.echo(f"{'':19}… and more")
