"""The keys that personal data is sealed by: how they stand, and turning them over."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable

import click


@click.group(name="keys")
def command() -> None:
    """Keys of personal data: status, rotation. Rotation may run beside the product."""


@command.command()
def new() -> None:
    """Print a first ring of keys, for OKPAY_SECRET_ENVELOPE or a file."""
    click.echo(f"1:{base64.b64encode(os.urandom(32)).decode()}")


@command.command()
def status() -> None:
    """Show master keys, data keys, and what is sealed by which."""
    _set_up()
    from okpay.cli.keys_report import lines

    for line in lines():
        click.echo(line)


@command.command()
@click.option("--data", is_flag=True, help="Make new data keys and seal everything anew by them.")
def rotate(*, data: bool) -> None:
    """Wrap every data key by a new master key; killed half-way, it goes on when called again.

    With the ring in a file the new key is made there. With the ring in the environment, first add
    `2:…` to it (okpay keys new makes the bytes) and start every process again.
    """
    _set_up()
    from okpay.kernel.crypto import CryptoError
    from okpay.kernel.crypto.rotation import alone

    try:
        with alone():
            _rotate_data() if data else _rotate_master()
    except CryptoError as error:
        raise click.ClickException(f"Not everything was turned over: {error}.") from error


@command.command()
def prune() -> None:
    """Delete data keys that were replaced an hour ago or longer, and that nothing needs."""
    _set_up()
    from okpay.kernel import clock
    from okpay.kernel.crypto import resealing
    from okpay.kernel.crypto.rotation import alone

    with alone():
        click.echo(f"{resealing.prune(clock.now()):,} old data keys deleted.")


def _rotate_master() -> None:
    from okpay.kernel import clock
    from okpay.kernel.crypto import rotation

    target = rotation.begin(clock.now())
    if target is None:
        click.echo("Nothing is sealed yet; there is no key to turn over.")
        return
    while True:
        _walk("data keys", rotation.waiting(target), iter(lambda: rotation.rewrap(target), 0))
        if rotation.retire(target, clock.now()):
            break
    click.echo(f"Every data key is wrapped by master key {target}; the others are retired.")


def _rotate_data() -> None:
    from okpay.kernel import clock
    from okpay.kernel.crypto import resealing
    from okpay.kernel.crypto.columns import columns

    started = resealing.begin(clock.now())
    count = resealing.waiting_keys(started)
    _walk("new keys", count, iter(lambda: resealing.renew(started), 0))
    for column in columns():
        name = f"{column.table}.{column.column}"
        _walk(name, resealing.waiting_rows(column), resealing.reseal(column))
    left = resealing.finish(clock.now())
    click.echo(
        f"Everything is sealed by new data keys; {left:,} old ones wait for okpay keys prune."
    )


def _walk(name: str, count: int, chunks: Iterable[int]) -> None:
    """Go through the work with a bar on a terminal, and without one elsewhere."""
    with click.progressbar(length=max(count, 1), label=f"{name:32}") as bar:
        for done in chunks:
            bar.update(done)
        bar.finish()


def _set_up() -> None:
    os.environ["OKPAY_DB_ROLE"] = "okpay_owner"  # before the environment is read
    from okpay.cli import keys_check, startup
    from okpay.cli.django_setup import set_up
    from okpay.config.env import ENV

    startup.keys()
    startup.database(ENV.database_url())
    startup.current_schema()
    keys_check.assert_at_hand(ENV.database_url())
    set_up()
