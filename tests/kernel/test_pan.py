"""Card numbers in text that people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.kernel.pan import contains_card_number, luhn, mask_card_numbers

CARD = "4242424242424242"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (CARD, "•••• 4242"),
        ("4242 4242 4242 4242", "•••• 4242"),
        ("4242-4242-4242-4242", "•••• 4242"),
        ("4242  4242  4242  4242", "•••• 4242"),
        ("4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2", "•••• 4242"),
        ("４２４２４２４２４２４２４２４２", "•••• 4242"),
        ("我的卡4242424242424242谢谢", "我的卡•••• 4242谢谢"),
        ("x4242424242424242y", "x•••• 4242y"),
        ("5555555555554444,6200000000000005", "•••• 4444,•••• 0005"),
        ("3782 822463 10005", "•••• 0005"),
        ("6212345678901232", "•••• 1232"),
        (f"{CARD} 12/27 123", "•••• 4242 12/27 123"),
        (f"{CARD} cvv 123", "•••• 4242 cvv •••"),
        ("安全码：987", "安全码：•••"),
    ],
)
def test_e6_card_numbers_and_codes_are_masked(typed: str, kept: str) -> None:
    assert mask_card_numbers(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "十一月房租分摊",
        "+8613800138000",
        "order 1234567890123",
        "INV2026112100010304",
        "trf 20261121000103040001",
        "id 110101199003074514",
        "4242424242424241",
        "2026-11-21 12:41:07",
        "cvv",
    ],
)
def test_what_is_no_card_stays(typed: str) -> None:
    assert mask_card_numbers(typed) == typed
    assert not contains_card_number(typed)


@given(st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask_card_numbers(text)
    assert mask_card_numbers(once) == once
    assert not contains_card_number(once)


@given(st.text(alphabet="abc 中文.,", max_size=20), st.text(alphabet="abc 中文.,", max_size=20))
def test_e6_a_card_is_found_between_any_words(before: str, after: str) -> None:
    assert CARD not in mask_card_numbers(before + CARD + after)


def test_luhn() -> None:
    assert luhn(CARD)
    assert not luhn("4242424242424241")


def test_long_text_is_quick() -> None:
    assert "4 2" in mask_card_numbers("4 2 " * 2_000)
