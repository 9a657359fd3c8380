"""Let staff in from the machine itself: the first administrator comes this way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


@click.group(name="staff")
def command() -> None:
    """Who works here. Once there are two administrators, the console is the better way."""


def _refusals() -> AbstractContextManager[None]:
    from contextlib import contextmanager

    from okpay.cli import startup
    from okpay.cli.django_setup import set_up

    startup.current_schema()
    set_up()
    from django.utils.translation import override

    from okpay.kernel.errors import DomainError

    @contextmanager
    def told() -> Iterator[None]:
        try:
            yield
        except DomainError as error:
            with override("en"):
                raise click.ClickException(f"{error.title}. {error.text()}") from error

    return told()


def _set(email: str, roles: tuple[str, ...]) -> None:
    with _refusals():
        from okpay.identity.staff.operations import add_first
        from okpay.kernel import clock
        from okpay.kernel.actor import Actor

        actor = Actor(person_id=None, kind="system", via="cli")
        person = add_first(actor=actor, email=email, roles=roles, now=clock.now())
        click.echo(f"{person}: {', '.join(roles) or 'no longer works here'}")


@command.command()
@click.argument("email")
@click.argument("roles", nargs=-1, required=True)
def add(email: str, roles: tuple[str, ...]) -> None:
    """Let somebody in who has an account with this e-mail: okpay staff add ann@… administrator."""
    _set(email, roles)


@command.command("roles")
@click.argument("email")
@click.argument("roles", nargs=-1, required=True)
def change(email: str, roles: tuple[str, ...]) -> None:
    """Give a member of staff exactly these roles."""
    _set(email, roles)


@command.command()
@click.argument("email")
def remove(email: str) -> None:
    """Let somebody go: out of the console at once, and what they proposed is withdrawn."""
    _set(email, ())


@command.command("list")
def show() -> None:
    """Print who works here."""
    with _refusals():
        from okpay.identity.staff.queries import members

        for one in members():
            state = "frozen" if one.frozen else "" if one.active else "left"
            click.echo(f"{one.email:<40} {', '.join(one.roles):<30} {state}")
