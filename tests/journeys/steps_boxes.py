"""The mailbox and the phone of a customer, as the sandbox shows them."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

if TYPE_CHECKING:
    from tests.support.product import LiveProduct

PATIENCE: Final = 60.0  # seconds
BETWEEN: Final = 0.1
Message = dict[str, Any]


def messages(product: LiveProduct, box: str, to: str) -> list[Message]:
    """List what has arrived for exactly this recipient, newest first; `box` is mail or sms."""
    answer = httpx.get(
        f"{product.sandbox}/{box}/v1/messages", params={"to": to, "limit": 50}, timeout=30
    )
    found: list[Message] = answer.raise_for_status().json()["data"]
    return found


def arrived(
    product: LiveProduct, box: str, to: str, *, purpose: str = "", holding: str = "", count: int = 1
) -> Message:
    """Wait for `count` messages of a purpose, or holding a text, and return the newest of them."""
    deadline = time.monotonic() + PATIENCE
    while True:
        held = messages(product, box, to)
        found = [one for one in held if one["purpose"] == purpose and holding in one["text"]]
        if len(found) >= count:
            return found[0]
        assert time.monotonic() < deadline, f"no {purpose or holding} for {to}: {held}"
        time.sleep(BETWEEN)


def link_in(message: Message) -> str:
    """Return the one address that a mail asks to open."""
    found = re.search(r"https?://\S+", message["text"])
    assert found is not None, message
    return found.group()


def code_in(message: Message) -> str:
    """Return the six digits of a text message."""
    found = re.search(r"(?<!\d)\d{6}(?!\d)", message["text"])
    assert found is not None, message
    return found.group()


def advance_clock(product: LiveProduct, seconds: int) -> None:
    """Move the sandbox clock forward for everybody."""
    answer = httpx.post(f"{product.sandbox}/clock/advance", json={"seconds": seconds}, timeout=30)
    answer.raise_for_status()
