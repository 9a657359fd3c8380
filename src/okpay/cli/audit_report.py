"""An audit's report: what was looked at, when, how far the logs had come, and who signs for it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import click

from okpay import __version__

if TYPE_CHECKING:
    from psycopg import Connection

    from okpay.ledger.proof import Result

HEADING: Final = "okpay audit report 1\n"  # what is signed begins with this line
_HEADS: Final = """
SELECT origin, size, encode(root, 'hex') FROM kernel_checkpoint c
WHERE size = (SELECT max(size) FROM kernel_checkpoint o WHERE o.log = c.log) ORDER BY origin
"""


def about(link: Connection[Any]) -> dict[str, Any]:
    """Say which database was looked at, as whom, and what its newest checkpoints are."""
    row = link.execute(
        "SELECT current_database(), current_user, session_user,"
        " current_setting('transaction_read_only'), clock_timestamp()"
    ).fetchone()
    name, role, login, read_only, now = row or ("", "", "", "", datetime.now(UTC))
    heads = link.execute(_HEADS).fetchall()
    link.rollback()
    return {
        "database": name,
        "role": role,
        "login": login,
        "read_only": read_only == "on",
        "server_time": now.astimezone(UTC).isoformat(),
        "program": f"okpay {__version__}",
        "checkpoints": [
            {"origin": origin, "size": size, "root": root} for origin, size, root in heads
        ],
    }


def signed(about_it: dict[str, Any], done: list[Result]) -> str:
    """Write the report with this installation's signature over it."""
    from okpay.kernel import signing

    report = about_it | {
        "made_at": datetime.now(UTC).isoformat(),
        "holds": all(result.ok for result in done),
        "checks": [
            {
                "name": result.name,
                "looked_at": result.looked_at,
                "broken": list(result.broken),
                "more": result.more,
            }
            for result in done
        ],
    }
    text = json.dumps(report, ensure_ascii=False, sort_keys=True)
    signature = signing.sign((HEADING + text).encode())
    return json.dumps(
        {
            "report": text,
            "key_id": signature.key_id,
            "public_key": base64.b64encode(signing.public_key()).decode(),
            "signature": base64.b64encode(signature.value).decode(),
        },
        ensure_ascii=False,
        indent=1,
    )


def opened(text: str, keys: tuple[bytes, ...]) -> dict[str, Any]:
    """Return what a signed report says.

    Raises:
        ClickException: it is none, or none of `keys` signed it.
    """
    from okpay.kernel import signing

    try:
        outer = json.loads(text)
        report, value = outer["report"], base64.b64decode(outer["signature"])
        payload = (HEADING + report).encode()
        found: dict[str, Any] = json.loads(report)
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException("This is no report of an audit.") from error
    if not any(signing.verify(key, payload, value) for key in keys):
        raise click.ClickException(
            "No key that we know signed this report, or it was changed since. Whoever made it "
            "can tell you their public key (okpay checkpoint key): say --key."
        )
    return found


def told(found: dict[str, Any]) -> Iterator[str]:
    """Tell what a report says, line by line."""
    yield f"Signed. Made {found['made_at']} of database {found['database']} by {found['program']}."
    for head in found["checkpoints"]:
        yield f"{head['origin']}: {head['size']:,} seals, root {head['root']}"
    for check in found["checks"]:
        yield f"{'RED' if check['broken'] else 'ok':4} {check['looked_at']:>12,}  {check['name']}"
        for line in check["broken"]:
            yield f"{'':19}{line}"
    yield "All checks held." if found["holds"] else "Not all checks held."
