"""Find payment card numbers in text that people typed, and take them out.

A number counts as a card's when 13 to 19 digits (spaces, dots and hyphens between groups do not
matter, full-width digits count) begin like a card of a known network with that length and pass the
Luhn check. Where a security code is named beside, it goes as well. Digits inside a longer run of
digits are left alone: order numbers are long, and one in ten passes Luhn by chance.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MASK: Final = "••••"
NINE: Final = 9
USUAL: Final = 16
LONGEST: Final = 19
# groups of digits, divided by at most two separators (two spaces happen when people copy)
_RUN: Final = re.compile(r"\d(?:[ \t\u00a0\u3000.\-\u2010-\u2015_/]{0,2}\d){12,40}")
_GROUP: Final = re.compile(r"\d+")
_LONG: Final = re.compile(r"4|62|6011|6[4-6]|5[0678]")
_NETWORKS: Final = {
    16: re.compile(r"4|5[0-8]|2[2-7]|6[0-9]|35|8[12]"),
    19: _LONG,
    15: re.compile(r"3[47]"),
    18: _LONG,
    17: _LONG,
    14: re.compile(r"3[0689]"),
    13: re.compile(r"4"),
}
_CODE: Final = re.compile(
    r"(?P<name>\b(?:cvc2?|cvv2?|cvn|cid|csc)\b|安全码|校验码|背面三位|末三位)"
    r"(?P<between>[\s:：=是为#]{0,4})(?P<code>\d{3,4})(?!\d)",
    re.IGNORECASE,
)


def luhn(digits: str) -> bool:
    """Check the last digit of a number (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - NINE if value > NINE else value
    return total % 10 == 0


def _ascii(text: str) -> str:
    """Return the text's digits as ASCII, everything else left out."""
    return "".join(str(unicodedata.decimal(sign)) for sign in text if sign.isdecimal())


def _card_end(text: str, start: int, ends: list[int]) -> int:
    """Return where the card number that begins at `start` ends, or 0. It ends with a group."""
    found = 0
    for end in ends:
        digits = _ascii(text[start:end])
        if len(digits) > LONGEST:
            break
        network = _NETWORKS.get(len(digits))
        if network and network.match(digits) and luhn(digits):
            found = end if len(digits) <= USUAL or not found else found
    return found


def _spans(text: str) -> list[tuple[int, int, str]]:
    """Return where card numbers stand: start, end, last four digits."""
    spans, done = [], 0
    for run in _RUN.finditer(text):
        groups = [(group.start(), group.end()) for group in _GROUP.finditer(text, *run.span())]
        for start, _end in groups:
            end = _card_end(text, start, [e for s, e in groups if s >= start])
            if start >= done and end:
                spans.append((start, end, _ascii(text[start:end])[-4:]))
                done = end
    return spans


def contains_card_number(text: str) -> bool:
    """Whether a card number stands in the text."""
    return bool(_spans(text))


def mask_card_numbers(text: str) -> str:
    """Return the text with card numbers as `•••• 4242` and named security codes as `•••`."""
    pieces, last = [], 0
    for start, end, tail in _spans(text):
        pieces += [text[last:start], f"{MASK} {tail}"]
        last = end
    pieces.append(text[last:])
    return _CODE.sub(lambda found: f"{found['name']}{found['between']}•••", "".join(pieces))
