"""Numbers of identity documents: their form and their check digit.

Each check takes the number as it is written in the document, in capitals without spaces, and tells
whether it can be one. None of them knows whether the document exists.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST: Final = 30
_PRC: Final = re.compile(r"[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[\dX]")
_PRC_CHECK: Final = "10X98765432"  # ISO 7064 MOD 11-2, by the remainder
_HKID: Final = re.compile(r"([A-Z]{1,2})(\d{6})([\dA])")
_TW: Final = re.compile(r"([A-Z])[1289]\d{8}")
_TW_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # A is 10, B is 11 …
_MACAU: Final = re.compile(r"[1578]\d{7}")
_HKMO_PERMIT: Final = re.compile(r"[HM]\d{8}(\d{2})?")
_TW_PERMIT: Final = re.compile(r"\d{8}")
_PASSPORT: Final = re.compile(r"[A-Z0-9]{5,9}")  # ICAO 9303 part 4: nine characters at most
_ANY: Final = re.compile(r"[A-Z0-9]{4,30}")


def normal(text: str) -> str:
    """Write a number in one way: capitals, without spaces, hyphens and brackets."""
    return re.sub(r"[\s\-/().<·]", "", text).upper()[: LONGEST + 1]


def is_prc(number: str) -> bool:
    """Whether it is a number of a resident of the PRC (GB 11643-1999): date and check digit."""
    return bool(_PRC.fullmatch(number)) and born_of_prc(number) is not None and _prc_sum(number)


def _prc_sum(number: str) -> bool:
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(number[:17]))
    return _PRC_CHECK[total % 11] == number[17]


def born_of_prc(number: str) -> date | None:
    """Return the birthday that a number of a resident of the PRC carries, or None."""
    found = _PRC.fullmatch(number)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def is_hkid(number: str) -> bool:
    """Whether it is a number of a Hong Kong identity card: weights 9 to 1, modulo 11."""
    found = _HKID.fullmatch(number)
    if not found:
        return False
    letters, digits, check = found.groups()
    head = [36] * (2 - len(letters)) + [ord(letter) - 55 for letter in letters]
    values = head + [int(digit) for digit in digits] + [10 if check == "A" else int(check)]
    return sum(value * (9 - at) for at, value in enumerate(values)) % 11 == 0


def is_taiwan(number: str) -> bool:
    """Whether it is a number of a Taiwan identity card: the letter as two digits, modulo 10."""
    if not _TW.fullmatch(number):
        return False
    letter = _TW_LETTERS.index(number[0]) + 10
    digits = [letter // 10, letter % 10, *map(int, number[1:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(a * b for a, b in zip(digits, weights, strict=True)) % 10 == 0


def _by(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda number: pattern.fullmatch(number) is not None


CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "prc": is_prc,
    "hkid": is_hkid,
    "taiwan": is_taiwan,
    "macau": _by(_MACAU),
    "hkmo_permit": _by(_HKMO_PERMIT),
    "tw_permit": _by(_TW_PERMIT),
    "passport": _by(_PASSPORT),
    "any": _by(_ANY),
}


def is_number(kind: str, number: str) -> bool:
    """Whether a normal number can be one of this kind of document."""
    return number.isascii() and CHECKS[kind](number)
