"""Keys of this installation: from the environment, else made once in a file only we can read."""

from __future__ import annotations

import fcntl
import json
import os
import secrets as random_source
from pathlib import Path
from typing import Final

from okpay.config.env import ENV

SHORTEST: Final = 32  # characters
NAMES: Final = (
    "django",
    "pepper",
    "tokens",
    "acquirer_webhook",
    "acquirer_key",
    "signing",
    "blind",
    "verifier",
)


class MissingSecretError(RuntimeError):
    """A key that production must be given was not given, or is easily guessed."""


def _made(name: str) -> str:
    if name in {"acquirer_webhook", "signing"}:
        import base64  # noqa: PLC0415 — only when a key is made

        # Standard Webhooks: base64 of 24 to 64 random bytes; an Ed25519 key: of exactly 32
        start = "whsec_" if name == "acquirer_webhook" else ""
        return start + base64.b64encode(random_source.token_bytes(32)).decode()
    return random_source.token_urlsafe(48)


def envelope_keys() -> str:
    """Return the ring of master keys from the environment; "" when it is in a file."""
    return os.environ.get("OKPAY_SECRET_ENVELOPE", "")


def envelope_file() -> Path | None:
    """Return the file with the ring of master keys; outside production it is made if need be.

    Raises:
        MissingSecretError: in production, when neither a ring nor a file is given.
    """
    given = os.environ.get("OKPAY_ENVELOPE_FILE", "")
    if envelope_keys():
        return None
    if given:
        return Path(given).absolute()
    if ENV.production:
        message = (
            "Neither OKPAY_SECRET_ENVELOPE nor OKPAY_ENVELOPE_FILE is set; "
            "production makes no keys of its own."
        )
        raise MissingSecretError(message)
    path = ENV.home / "envelope.keys"
    _make_ring(path)
    return path


def _make_ring(path: Path) -> None:
    """Write a first master key, unless there is one; several processes may start at once."""
    import base64  # noqa: PLC0415 — only when a key is made

    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"1:{base64.b64encode(random_source.token_bytes(32)).decode()}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(mine)  # whoever is second keeps what the first one wrote
    except FileExistsError:
        pass
    finally:
        mine.unlink()


def _load(path: Path) -> dict[str, str]:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        stored: dict[str, str] = json.loads(text) if text else {}
        missing = [name for name in NAMES if name not in stored]
        if missing:
            stored.update({name: _made(name) for name in missing})
            file.seek(0)
            file.truncate()
            json.dump(stored, file, indent=1)
        return stored


def secret(name: str) -> str:
    """Return one key.

    Raises:
        MissingSecretError: in production, when `OKPAY_SECRET_<NAME>` is not set or too short.
    """
    given = os.environ.get(f"OKPAY_SECRET_{name.upper()}", "")
    if ENV.production and not given:
        message = f"OKPAY_SECRET_{name.upper()} is not set; production makes no keys of its own."
        raise MissingSecretError(message)
    if ENV.production and len(given) < SHORTEST:
        message = (
            f"OKPAY_SECRET_{name.upper()} has less than {SHORTEST} characters; make it longer."
        )
        raise MissingSecretError(message)
    if given:
        return given
    return _load(ENV.home / "secrets.json")[name]
