"""Pure rules: what a token may do, which digits are too weak, how personal data is masked."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

PIN_LENGTH: Final = 6
_MASK: Final = "*"


class Scope(StrEnum):
    """What a personal access token may do."""

    WALLET_READ = "wallet:read"
    PEOPLE_READ = "people:read"
    TRANSFERS_READ = "transfers:read"
    TRANSFERS_WRITE = "transfers:write"
    PAYOUTS_READ = "payouts:read"
    PAYOUTS_WRITE = "payouts:write"
    TOPUPS_READ = "topups:read"
    TOPUPS_WRITE = "topups:write"
    PAYEES_READ = "payees:read"
    PAYEES_WRITE = "payees:write"
    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"


MONEY_SCOPES: Final = frozenset({Scope.TRANSFERS_WRITE, Scope.PAYOUTS_WRITE, Scope.TOPUPS_WRITE})


class Permission(StrEnum):
    """What a signed-in person may open in the web app: `scope:resource:action`."""

    HOME_READ = "wallet:home:read"
    RECORDS_READ = "wallet:records:read"
    RECORDS_EXPORT = "wallet:records:export"
    TRANSFERS_WRITE = "wallet:transfers:write"
    PAYOUTS_WRITE = "wallet:payouts:write"
    REQUESTS_WRITE = "wallet:requests:write"
    PAYEES_WRITE = "wallet:payees:write"
    TOPUPS_WRITE = "wallet:topups:write"
    CARDS_READ = "wallet:cards:read"
    MESSAGES_READ = "messages:inbox:read"
    PROFILE_READ = "identity:profile:read"
    PROFILE_WRITE = "identity:profile:write"
    SECURITY_READ = "identity:security:read"
    SECURITY_WRITE = "identity:security:write"
    SESSIONS_WRITE = "identity:sessions:write"
    REAL_NAME_READ = "identity:real_name:read"
    REAL_NAME_WRITE = "identity:real_name:write"
    TOKENS_WRITE = "identity:tokens:write"
    SUPPORT_READ = "support:tickets:read"
    SUPPORT_WRITE = "support:tickets:write"
    LEAVING_WRITE = "identity:leaving:write"


def _steps(digits: list[int]) -> set[int]:
    return {(right - left) % 10 for left, right in pairwise(digits)}


def is_repetitive(pin: str) -> bool:
    """Whether a pattern repeats: 111111, 121212, 123123, 112233, 111222, 123321."""
    if pin == pin[::-1] or pin in {pin[:2] * 3, pin[:3] * 2}:
        return True
    pairs = all(pin[i] == pin[i + 1] for i in (0, 2, 4))
    triples = pin[0] * 3 + pin[3] * 3 == pin
    return pairs or triples or len(set(pin)) <= 2  # noqa: PLR2004 — two digits are guessed fast


def is_sequence(pin: str) -> bool:
    """Whether the digits run up or down in one step: 123456, 654321, 135790, 890123."""
    return len(_steps([int(digit) for digit in pin])) == 1


def is_birthday(pin: str, born: date | None) -> bool:
    """Whether the digits are a usual writing of the birthday."""
    if born is None:
        return False
    year, month, day = f"{born:%y}", f"{born:%m}", f"{born:%d}"
    return pin in {year + month + day, month + day + year, day + month + year, f"{born:%Y}" + month}


def pin_is_weak(pin: str, *, phone: str, born: date | None = None, id_number: str = "") -> bool:
    """Whether these six digits are among those tried first.

    Args:
        pin: exactly six ASCII digits.
        phone: E.164; its last six digits, forwards and backwards, are refused.
        born: the birthday, when it is known.
        id_number: the identity document's number, when it is known.
    """
    tails = {phone[-PIN_LENGTH:], phone[-PIN_LENGTH:][::-1], id_number[-PIN_LENGTH:]}
    return is_sequence(pin) or is_repetitive(pin) or is_birthday(pin, born) or pin in tails


def is_pin(text: str) -> bool:
    """Whether the text is exactly six ASCII digits."""
    return len(text) == PIN_LENGTH and text.isascii() and text.isdigit()


def mask_name(name: str) -> str:
    """Mask a name for another person: 周晓宁 → 周*宁, 李娜 → *娜, Alice Wong → A***e W**g."""
    return " ".join(_mask_word(word) for word in name.split())


def _mask_word(word: str) -> str:
    if len(word) <= 1:
        return _MASK
    if len(word) == 2:  # noqa: PLR2004 — a name of two letters keeps its last
        return _MASK + word[-1]
    return word[0] + _MASK * (len(word) - 2) + word[-1]


def mask_phone(phone: str) -> str:
    """Mask an E.164 number: +8613800138000 → +86138****8000."""
    if len(phone) < 8:  # noqa: PLR2004 — too short to leave anything readable
        return _MASK * 4
    return f"{phone[:-8]}{_MASK * 4}{phone[-4:]}"


def mask_email(email: str) -> str:
    """Mask an address: xiaoning@okpay.example → x***g@okpay.example."""
    local, _, domain = email.partition("@")
    if not local:
        return ""
    shown = local[0] + _MASK * 3 + (local[-1] if len(local) > 2 else "")  # noqa: PLR2004 — a short name shows one letter
    return f"{shown}@{domain}"
