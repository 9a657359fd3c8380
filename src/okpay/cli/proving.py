"""What `okpay verify` and `okpay audit` share: the checks, what is known outside, the telling."""

from __future__ import annotations

import base64
import binascii
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from okpay.config.env import ENV
from okpay.kernel.logs import one_line

if TYPE_CHECKING:
    from psycopg import Connection

    from okpay.ledger.proof import Check, Result
    from okpay.ledger.proof.seals import Kept

KEY_BYTES = 32

# Options of both commands.
CHECKPOINT = click.option(
    "--checkpoint",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of checkpoints that was kept elsewhere (may be given several times).",
)
KEY = click.option(
    "--key",
    "keys",
    multiple=True,
    help="A public key, in base64, that signed them, beside this installation's own.",
)
QUIET = click.option("--quiet", is_flag=True, help="Print only what is broken, and the last line.")


def known_keys(given: tuple[str, ...]) -> tuple[bytes, ...]:
    """Return every public key whose signature counts: ours, former ones, and those given.

    Raises:
        ClickException: one is no Ed25519 public key.
    """
    from okpay.kernel import signing

    return (signing.public_key(), *map(_key, (*ENV.known_keys.split(), *given)))


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise click.ClickException(f"{text!r} is no public key: the base64 of {KEY_BYTES} bytes.")
    return key


def kept(files: tuple[Path, ...]) -> tuple[Kept, ...]:
    """Read checkpoints that stand outside the database: the installation's own file, and others.

    Raises:
        ClickException: a file holds something else.
    """
    from okpay.kernel.notes import NoteError
    from okpay.ledger.checkpoints import read
    from okpay.ledger.proof.seals import Kept

    own = [ENV.checkpoint_file] if ENV.checkpoint_file.exists() else []
    found: list[Kept] = []
    for path in dict.fromkeys((*own, *(file.absolute() for file in files))):
        try:
            found += [Kept(str(path), note) for note in read(path.read_text(encoding="utf-8"))]
        except NoteError as error:
            raise click.ClickException(f"{path}: {error}.") from error
    return tuple(found)


def checks(keys: tuple[str, ...], files: tuple[Path, ...]) -> list[Check]:
    """Return every check, those of the logs with what is known outside the database."""
    from okpay.ledger.proof.seals import with_outside
    from okpay.payments.proof import ALL

    return with_outside(ALL, known_keys(keys), kept(files))


def results(
    link: Connection[Any], wanted: list[Check], begin: Callable[[Check], None]
) -> Iterator[Result]:
    """Run every check: the server's settings first, then the book and what stands beside it."""
    from okpay.kernel import clock
    from okpay.ledger.proof import prove

    yield server(link)
    link.rollback()
    yield from prove(link, wanted, clock.now(), begin)


def server(link: Connection[Any]) -> Result:
    """Ask the server whether what it acknowledges survives a crash."""
    from okpay.embedded import checks as asked
    from okpay.embedded.configuration import REQUIRED
    from okpay.embedded.errors import EmbeddedError
    from okpay.ledger.proof import Result

    name = "the server keeps what it acknowledges"
    try:
        asked.assert_sound(link)
    except EmbeddedError as error:
        return Result(name, len(REQUIRED), (str(error),))
    return Result(name, len(REQUIRED), ())


def run(link: Connection[Any], wanted: list[Check], *, quiet: bool) -> list[Result]:
    """Run the checks and tell of each; on a terminal, with a bar while they run."""
    if quiet or not sys.stderr.isatty():
        done = []
        for result in results(link, wanted, lambda _: None):
            done.append(result)
            show(result, quiet=quiet)
        return done
    done = list(_with_bar(link, wanted))
    for result in done:
        show(result, quiet=quiet)
    return done


def _with_bar(link: Connection[Any], wanted: list[Check]) -> Iterator[Result]:
    said = {"now": "the server's settings"}
    total = 1 + sum(check.weight for check in wanted)
    progress: Any = click.progressbar(
        length=total, label="Checking", file=sys.stderr, item_show_func=lambda _: said["now"]
    )
    with progress as bar:
        weights = iter([1, *(check.weight for check in wanted)])

        def begin(check: Check) -> None:
            said["now"] = check.name
            bar.update(0)

        for result in results(link, wanted, begin):
            bar.update(next(weights))
            yield result


def show(result: Result, *, quiet: bool) -> None:
    """Print one line for a check that holds, and the broken rows of one that does not."""
    if result.ok:
        if not quiet:
            click.echo(f"ok   {result.looked_at:>12,}  {result.name}")
        return
    click.echo(f"RED  {result.looked_at:>12,}  {result.name}")
    for line in result.broken:
        click.echo(f"{'':19}{one_line(line)}")
    if result.more:
        click.echo(f"{'':19}… and more")


def verdict(done: list[Result]) -> str:
    """Say in one line how it went."""
    red = sum(not result.ok for result in done)
    looked = sum(result.looked_at for result in done)
    words = f"{red} of {len(done)} checks are RED" if red else f"all {len(done)} checks hold"
    return f"{words}: {looked:,} things looked at"
