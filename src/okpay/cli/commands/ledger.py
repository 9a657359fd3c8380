"""Ask the ledger what was there at any moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from okpay.ledger.as_of import Past, Total


@click.group(name="ledger")
def command() -> None:
    """Read the book: balances now, or at any past moment."""


@command.command()
@click.option("--as-of", "as_of", default="", help="RFC 3339, such as 2026-11-21T00:00:00+08:00.")
@click.option("--customer", default="", help="A customer number: each wallet of theirs.")
@click.option("--account", type=int, help="The number of one account.")
@click.option("--asset", default="", help="A currency: its accounts together, by kind.")
@click.option("--all", "whole", is_flag=True, help="The whole book, by currency and kind.")
def balance(as_of: str, customer: str, account: int | None, asset: str, *, whole: bool) -> None:
    """Print what was posted and held at a moment, exactly; without --as-of, what is there now."""
    chosen = (bool(customer), account is not None, bool(asset), whole)
    if sum(chosen) != 1:
        raise click.UsageError("Choose one of --customer, --account, --asset and --all.")
    at = _moment(as_of)
    _set_up()
    from django.utils.translation import override

    from okpay.kernel.errors import DomainError

    try:
        if customer or account is not None:
            _print_accounts(_accounts(customer, account, at))
        else:
            _print_totals(_totals(asset, at))
    except DomainError as error:
        with override("en"):
            raise click.ClickException(f"{error.title}. {error.text()}") from error


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{text} is no moment; write 2026-11-21T00:00:00+08:00.") from error
    if found.tzinfo is None:
        raise click.UsageError(f"{text} names no zone; add Z or +08:00.")
    return found.astimezone(UTC)


def _accounts(customer: str, account: int | None, at: datetime | None) -> list[Past]:
    from okpay.kernel import clock
    from okpay.kernel.ids import BadIdError, decode
    from okpay.ledger import as_of

    now = clock.now()
    if account is not None:
        found = as_of.of_account(account, at or now, now)
        if found is None:
            raise click.ClickException(f"There is no account {account}.")
        return [found]
    try:
        owner = decode(customer, "cus")
    except BadIdError as error:
        raise click.ClickException("A customer number has the form cus_…") from error
    return as_of.of_owner(owner, at or now, now)


def _totals(asset: str, at: datetime | None) -> list[Total]:
    from okpay.kernel import clock
    from okpay.kernel.money import asset_of
    from okpay.ledger import as_of

    now = clock.now()
    return as_of.totals(at or now, now, asset_of(asset).number if asset else None)


def _print_accounts(found: list[Past]) -> None:
    click.echo(f"{'account':>12} {'kind':<24} {'movements':>10} {'posted':>28} {'held':>24}")
    for one in found:
        posted, held = _written(one.asset, one.posted), _written(one.asset, one.held)
        kind = one.kind.name.lower()
        click.echo(f"{one.account:>12} {kind:<24} {one.seq:>10} {posted:>28} {held:>24}")


def _print_totals(found: list[Total]) -> None:
    click.echo(f"{'kind':<24} {'accounts':>10} {'posted':>28} {'held':>24}")
    for one in found:
        posted, held = _written(one.asset, one.posted), _written(one.asset, one.held)
        click.echo(f"{one.kind.name.lower():<24} {one.accounts:>10} {posted:>28} {held:>24}")
    for asset in sorted({one.asset for one in found}):
        total = sum(one.posted for one in found if one.asset == asset)
        click.echo(f"{'together':<24} {'':>10} {_written(asset, total):>28}")


def _written(asset: int, minor: int) -> str:
    from okpay.kernel.money import BY_NUMBER, Money

    return str(Money(BY_NUMBER[asset], minor))


def _set_up() -> None:
    from okpay.cli import startup
    from okpay.cli.django_setup import set_up

    startup.current_schema()
    set_up()
