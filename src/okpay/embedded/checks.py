"""What a running server must say of itself before anybody trusts it with money.

Used for the embedded server and for one that somebody else runs (OKPAY_DATABASE_URL).
"""

from __future__ import annotations

import psycopg

from okpay.embedded.configuration import REQUIRED
from okpay.embedded.errors import UnsafeSettingError, VersionMismatchError, WrongLocaleError

OLDEST = 150_000
_PLAIN = frozenset({"C", "POSIX", "C.UTF-8", "C.UTF8", "C.utf8", "PG_C_UTF8"})
_LOCALE = """
    SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate,
           coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
           datcollversion, pg_database_collation_actual_version(oid)
    FROM pg_database AS d WHERE datname = current_database()
"""


def assert_sound(link: psycopg.Connection[tuple[object, ...]]) -> None:
    """Ask the server, through the session that the product uses, whether it may be trusted.

    Raises:
        VersionMismatchError: it is older than 15.
        UnsafeSettingError: an acknowledged commit might be lost, or a torn page go unnoticed.
        WrongLocaleError: its texts sort by rules that may change under its indexes.
    """
    if link.info.server_version < OLDEST:
        version = link.info.parameter_status("server_version")
        raise VersionMismatchError(
            f"The server is PostgreSQL {version}, and OKPay needs 15 or newer."
        )
    for name, good in REQUIRED.items():
        _assert_setting(name, _shown(link, name), good)
    _assert_locale(link)


def _shown(link: psycopg.Connection[tuple[object, ...]], name: str) -> str:
    row = link.execute("SELECT current_setting(%s)", [name]).fetchone()
    return str(row[0]) if row else ""


def _assert_setting(name: str, value: str, good: frozenset[str]) -> None:
    if value not in good:
        raise UnsafeSettingError(
            f"PostgreSQL runs with {name} = {value}, so that money could be lost: set {name} = on "
            "(look in local.conf, postgresql.auto.conf and ALTER ROLE or DATABASE … SET)."
        )


def _assert_locale(link: psycopg.Connection[tuple[object, ...]]) -> None:
    row = link.execute(_LOCALE).fetchone()
    if row is None:
        return
    encoding, provider, collate, locale, made, now = (str(one or "") for one in row)
    name = collate if provider == "c" else locale
    remedy = (
        "make it anew with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' "
        "LOCALE 'C.UTF-8', and load a dump."
    )
    if encoding != "UTF8":
        raise WrongLocaleError(f"The database's encoding is {encoding} and must be UTF8: {remedy}")
    if provider == "i" or name not in _PLAIN:
        raise WrongLocaleError(f"The database sorts by {name} and must sort by C.UTF-8: {remedy}")
    if made != now:
        raise WrongLocaleError(
            f"The database was made with version {made or 'unknown'} of the rules {name}, and this "
            f"system has {now or 'unknown'}: rebuild its indexes (REINDEX DATABASE) and say so "
            "with ALTER DATABASE … REFRESH COLLATION VERSION."
        )
