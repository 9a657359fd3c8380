"""How the acquirer misbehaves on demand: kept in the box, set from its page or by a test."""

from __future__ import annotations

from typing import Final

import msgspec

from okpay.sandbox.schemas import Faults
from okpay.sandbox.store import store

API: Final = {
    "ok": "Answers truthfully",
    "error": "Answers 500 and does nothing",
    "lie": "Does the work, then answers 500",
    "slow": "Does the work, then answers after 15 seconds",
}
WEBHOOK: Final = {
    "ok": "Sends once",
    "lose": "Loses every message",
    "duplicate": "Sends each message three times",
    "late": "Sends after 20 seconds",
}
ENDS: Final = {"succeeded": "The card was charged", "declined": "The card was not charged"}


def current() -> Faults:
    """Return the faults in force."""
    text = store().setting("faults", "")
    return msgspec.json.decode(text, type=Faults) if text else Faults()


def change(faults: Faults) -> None:
    """Put faults in force.

    Raises:
        ValueError: a word that is none of the known ones.
    """
    known = ((faults.api, API), (faults.webhook, WEBHOOK), (faults.unknown_ends, ENDS))
    for word, words in known:
        if word not in words:
            message = f"{word!r} is none of {sorted(words)}"
            raise ValueError(message)
    store().keep("faults", msgspec.json.encode(faults).decode())
