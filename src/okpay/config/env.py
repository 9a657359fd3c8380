"""The environment, read once and typed: every setting an operator can make stands here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NAMES: Final = ("development", "test", "production")


@dataclass(frozen=True)
class Environment:
    """What the process was told from outside. Addresses carry no trailing slash."""

    home: Path
    name: str
    host: str
    web_port: int
    api_port: int
    sandbox_port: int
    base_url: str
    api_url: str
    sandbox_url: str
    smtp_url: str
    acquirer: str
    verifier: str
    verifier_url: str
    sms: str
    db_role: str
    engine_batch: int
    api_rate: int
    proxies: int
    codes_an_hour: int
    checkpoint_every: int
    checkpoint_file: Path
    checkpoint_webhook: str
    known_keys: str
    places_file: str
    breach_file: str
    breach_url: str
    audit_url: str

    @property
    def production(self) -> bool:
        """Whether weak defaults must be refused."""
        return self.name == "production"

    def database_url(self) -> str:
        """The address of PostgreSQL: the operator's own, else what the embedded start wrote."""
        url = os.environ.get("OKPAY_DATABASE_URL", "")
        written = self.home / "database.url"
        if not url and written.exists():
            url = written.read_text(encoding="utf-8").strip()
        return url


def read_environment() -> Environment:
    """Read the `OKPAY_*` variables; each has a default that works on one machine.

    Raises:
        SystemExit: with one sentence, when `OKPAY_ENV` is misspelt: nobody guesses what was meant.
    """
    get = os.environ.get
    name = get("OKPAY_ENV", "development")
    if name not in NAMES:
        raise SystemExit(f"okpay: OKPAY_ENV is {name!r}; it must be one of {', '.join(NAMES)}.")
    host = get("OKPAY_HOST", "127.0.0.1")
    ports = {
        key: int(get(f"OKPAY_{key}_PORT", default))
        for key, default in (("WEB", "8000"), ("API", "8001"), ("SANDBOX", "8002"))
    }
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104 — compared, not bound
    return Environment(
        home=Path(get("OKPAY_HOME", ".okpay")).absolute(),
        name=name,
        host=host,
        web_port=ports["WEB"],
        api_port=ports["API"],
        sandbox_port=ports["SANDBOX"],
        base_url=get("OKPAY_BASE_URL", f"http://{shown}:{ports['WEB']}").rstrip("/"),
        api_url=get("OKPAY_API_URL", f"http://{shown}:{ports['API']}").rstrip("/"),
        sandbox_url=get("OKPAY_SANDBOX_URL", f"http://{shown}:{ports['SANDBOX']}").rstrip("/"),
        smtp_url=get("OKPAY_SMTP_URL", ""),
        acquirer=get("OKPAY_ACQUIRER", "sandbox"),
        # who looks at documents outside: none, sandbox, document_check; staff decide in any case
        verifier=get("OKPAY_VERIFIER", "none" if name == "production" else "sandbox"),
        verifier_url=get("OKPAY_VERIFIER_URL", "").rstrip("/"),
        sms=get("OKPAY_SMS", "sandbox"),
        db_role=get("OKPAY_DB_ROLE", "okpay_app"),
        engine_batch=int(get("OKPAY_ENGINE_BATCH", "256")),
        api_rate=int(get("OKPAY_API_RATE", "50")),  # requests a second and token; 0 = no limit
        proxies=_none_or_one(get("OKPAY_PROXIES", "0")),  # in front of the API, naming the client
        codes_an_hour=int(get("OKPAY_CODES_AN_HOUR", "60")),  # to one address; a day thrice as many
        checkpoint_every=int(get("OKPAY_CHECKPOINT_EVERY", "60")),  # seconds
        checkpoint_file=_path(get("OKPAY_CHECKPOINT_FILE", ""), "checkpoints.jsonl"),
        checkpoint_webhook=get("OKPAY_CHECKPOINT_WEBHOOK", ""),
        known_keys=get("OKPAY_KNOWN_KEYS", ""),  # public keys of former times, in base64
        places_file=get("OKPAY_PLACES_FILE", ""),  # places of addresses, in MaxMind's format
        breach_file=get("OKPAY_BREACH_FILE", ""),  # ordered SHA-1 list of breached passwords
        breach_url=get("OKPAY_BREACH_URL", "").rstrip("/"),  # range API of Pwned Passwords
        audit_url=get("OKPAY_AUDIT_DATABASE_URL", ""),
    )


def _path(given: str, name: str) -> Path:
    """Return the path that was given, else `name` in the state folder."""
    return Path(given or Path(os.environ.get("OKPAY_HOME", ".okpay")) / name).absolute()


def _none_or_one(text: str) -> int:
    """Read OKPAY_PROXIES. With more than one nobody could say which of them to believe."""
    if text not in {"0", "1"}:
        raise SystemExit(f"okpay: OKPAY_PROXIES is {text!r}; it must be 0 or 1.")
    return int(text)


ENV = read_environment()
