"""Say how everything stands that a run depends on."""

from __future__ import annotations

import click

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(name="doctor")
def command() -> None:
    """Look at versions, disk, keys, ports, and the database; exit code 1 if anything is wrong."""
    from okpay.cli.doctor import examine

    bad = 0
    for finding in examine():
        bad += finding.level == "fail"
        level = click.style(f"{finding.level:4}", fg=_COLOURS[finding.level])
        click.echo(f"{level}  {finding.subject:10} {finding.text}")
    if bad:
        raise SystemExit(1)
