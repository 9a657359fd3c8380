"""The checks of `okpay verify` with rights to read and none to write, and a signed report."""

from __future__ import annotations

import time
from pathlib import Path

import click

from okpay.cli import proving

OPTIONS = "-c role=okpay_audit -c timezone=UTC -c default_transaction_read_only=on"


@click.group(name="audit", invoke_without_command=True)
@click.option("--database", default="", help="Address of the database, of a login for auditors.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    default=Path("okpay-audit.json"),
    show_default=True,
    help="Where the signed report is written.",
)
@proving.QUIET
@proving.CHECKPOINT
@proving.KEY
@click.pass_context
def command(
    context: click.Context,
    *,
    database: str,
    report: Path,
    quiet: bool,
    files: tuple[Path, ...],
    keys: tuple[str, ...],
) -> None:
    """Check everything as an auditor: read-only, with a signed report; exit code 1 when broken.

    Works as the role okpay_audit, over --database, OKPAY_AUDIT_DATABASE_URL or the product's own
    address. The report is signed with the key of the OKPAY_HOME it runs in: an auditor's own,
    when that is theirs; then --key names the house's public key.
    """
    if context.invoked_subcommand is not None:
        return
    from okpay.cli import audit_report, schema
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    url = database or ENV.audit_url or ENV.database_url()
    if not url:
        raise click.ClickException("There is no database: say --database postgresql://…")
    if not schema.looks_current(url):
        raise click.ClickException("The database's schema is not this program's.")
    set_up()
    import psycopg

    wanted = proving.checks(keys, files)
    began = time.monotonic()
    with psycopg.connect(url, options=OPTIONS, application_name="okpay audit") as link:
        about = audit_report.about(link)
        done = proving.run(link, wanted, quiet=quiet)
    took = time.monotonic() - began
    report.write_text(audit_report.signed(about, done), encoding="utf-8")
    click.echo(f"{proving.verdict(done)} in {took:.1f} s")
    click.echo(f"The signed report stands in {report}.")
    raise SystemExit(0 if all(result.ok for result in done) else 1)


@command.command(name="check")
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@proving.KEY
def check(*, report: Path, keys: tuple[str, ...]) -> None:
    """Check the signature of a REPORT and tell what it says; exit code 1 unless all held."""
    from okpay.cli import audit_report
    from okpay.cli.django_setup import set_up

    set_up()
    found = audit_report.opened(report.read_text(encoding="utf-8"), proving.known_keys(keys))
    for line in audit_report.told(found):
        click.echo(line)
    raise SystemExit(0 if found["holds"] else 1)
