"""The public test cards and what each of them does. Any other number is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class TestCard:
    """A test number's brand, how paying with it ends, and the code a decline carries."""

    brand: str
    outcome: str  # "approved", "declined", "challenge" or "unknown"
    decline_code: str = ""

    __test__ = False  # not a test case, whatever its name says to the runner


TEST_CARDS: Final[dict[str, TestCard]] = {
    "4242424242424242": TestCard("visa", "approved"),
    "5555555555554444": TestCard("mastercard", "approved"),
    "6200000000000005": TestCard("unionpay", "approved"),
    "4000000000000077": TestCard("visa", "approved"),
    "4000000000000259": TestCard("visa", "approved"),
    "4000002760003184": TestCard("visa", "challenge"),
    "4000000000000119": TestCard("visa", "unknown", "processing_error"),
    "4000000000000002": TestCard("visa", "declined", "generic_decline"),
    "4000000000009995": TestCard("visa", "declined", "insufficient_funds"),
    "4000000000009987": TestCard("visa", "declined", "lost_card"),
    "4000000000009979": TestCard("visa", "declined", "stolen_card"),
    "4000000000000069": TestCard("visa", "declined", "expired_card"),
    "4000000000000127": TestCard("visa", "declined", "incorrect_cvc"),
    "4000000000000341": TestCard("visa", "declined", "generic_decline"),
    "4100000000000019": TestCard("visa", "declined", "blocked_by_risk"),
}
BRANDS: Final = {"visa": "Visa", "mastercard": "Mastercard", "unionpay": "UnionPay"}
CODE: Final = "000000"
NINE: Final = 9
DIGITS: Final = re.compile(r"[0-9]{12,19}", re.ASCII)
EXPIRY: Final = re.compile(r"(0[1-9]|1[0-2]) ?/ ?(?:20)?([0-9]{2})", re.ASCII)
CVC: Final = re.compile(r"[0-9]{3}", re.ASCII)


class CardFormError(ValueError):
    """A field of the card page that cannot be accepted; `field` names it, `code` says why."""

    def __init__(self, field: str, code: str) -> None:
        """Keep field and code. The value itself is never kept: it may be a real card."""
        super().__init__(code)
        self.field = field
        self.code = code


def luhn(digits: str) -> bool:
    """Check the last digit (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - NINE if value > NINE else value
    return total % 10 == 0


def read_number(text: str) -> tuple[str, TestCard]:
    """Return the digits and the test card.

    Raises:
        CardFormError: `incorrect_number` by form or check digit, else `not_a_test_card`.
    """
    digits = text.replace(" ", "").replace("-", "")
    if not DIGITS.fullmatch(digits) or not luhn(digits):
        raise CardFormError("number", "incorrect_number")
    if digits not in TEST_CARDS:
        raise CardFormError("number", "not_a_test_card")
    return digits, TEST_CARDS[digits]


def read_expiry(text: str, year: int, month: int) -> str:
    """Return "MM/YY".

    Raises:
        CardFormError: `invalid_expiry`, also when the month lies behind (year, month).
    """
    found = EXPIRY.fullmatch(text.strip())
    if not found:
        raise CardFormError("expiry", "invalid_expiry")
    if (2000 + int(found.group(2)), int(found.group(1))) < (year, month):
        raise CardFormError("expiry", "expired")
    return f"{found.group(1)}/{found.group(2)}"


def check_name(text: str) -> None:
    """Accept any name.

    Raises:
        CardFormError: `name_missing`.
    """
    if not text.strip():
        raise CardFormError("name", "name_missing")


def check_cvc(text: str) -> None:
    """Accept three digits and forget them.

    Raises:
        CardFormError: `invalid_cvc`.
    """
    if not CVC.fullmatch(text.strip()):
        raise CardFormError("cvc", "invalid_cvc")
