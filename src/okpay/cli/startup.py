"""What every process asks before it serves anybody; each refusal is one sentence."""

from __future__ import annotations

import psycopg

from okpay.cli import keys_check, schema
from okpay.config import production, secrets
from okpay.config.env import ENV
from okpay.embedded import checks
from okpay.embedded.errors import EmbeddedError


class StartupError(EmbeddedError):
    """The program may not start like this."""


def check() -> None:
    """Run all checks of a face or worker: keys, settings, database, schema, sealed data.

    Raises:
        EmbeddedError: with the sentence to show.
    """
    keys()
    settings()
    database(ENV.database_url())
    current_schema()
    keys_check.assert_at_hand(ENV.database_url())


def keys() -> None:
    """Assert that every key is there; production makes none of its own.

    Raises:
        StartupError: naming the environment variable that is missing or has another form.
    """
    from okpay.kernel.signing import seed_of

    try:
        for name in secrets.NAMES:
            secrets.secret(name)
        seed_of(secrets.secret("signing"))
        keys_check.ring()
    except secrets.MissingSecretError as error:
        raise StartupError(str(error)) from None
    except ValueError as error:
        raise StartupError(f"OKPAY_SECRET_SIGNING is no key: {error}.") from None
    except OSError as error:
        raise StartupError(f"The keys in {ENV.home} cannot be read: {error.strerror}.") from None


def settings() -> None:
    """Assert that production runs with nothing that stands in for the real thing.

    Raises:
        StartupError: naming the first setting that is wrong.
    """
    try:
        production.assert_safe(ENV)
    except production.UnsafeProductionError as error:
        raise StartupError(str(error)) from None


def database(url: str) -> None:
    """Assert that the database can be reached and can be trusted with money.

    Raises:
        StartupError: there is none, or it does not answer.
        EmbeddedError: it is unsafe (see ``checks.assert_sound``).
    """
    if not url:
        raise StartupError(
            "There is no database: set OKPAY_DATABASE_URL, or run okpay serve (or okpay db start), "
            "which brings its own."
        )
    try:
        with psycopg.connect(url, connect_timeout=10) as link:
            checks.assert_sound(link)
    except psycopg.OperationalError as error:
        words = str(error).strip().splitlines()[-1]
        raise StartupError(f"The database does not answer: {words}") from None


def current_schema() -> None:
    """Assert that no migration waits.

    Raises:
        StartupError: the schema is older than the program.
    """
    if schema.looks_current(ENV.database_url()):
        return
    from okpay.cli.django_setup import set_up

    set_up()
    waiting = schema.unapplied()
    if waiting:
        raise StartupError(
            f"The database's schema is older than this program: {len(waiting)} migrations wait, "
            f"the first is {waiting[0]}. Run okpay migrate."
        )
