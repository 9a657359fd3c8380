"""The command's frame: every module in ``commands`` is a subcommand, imported when asked for."""

from __future__ import annotations

import importlib
import pkgutil

import click

from okpay import __version__
from okpay.cli import commands
from okpay.embedded.errors import EmbeddedError


class Commands(click.Group):
    """Subcommands by module name; only the one that was typed is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's form
        """Name every module of the package."""
        return sorted(one.name for one in pkgutil.iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of that name and take its ``command``."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{commands.__name__}.{cmd_name}")
        command: click.Command = module.command
        return command


@click.command(cls=Commands)
@click.version_option(__version__, prog_name="okpay")
def okpay() -> None:
    """OKPay, the open digital wallet that anyone can run."""


def main() -> None:
    """Run the command; what cannot go on is one sentence and exit code 1."""
    try:
        okpay()
    except EmbeddedError as error:
        click.echo(f"okpay: {error}", err=True)
        raise SystemExit(1) from None
