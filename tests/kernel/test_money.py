"""Money: whole numbers of the smallest unit, read strictly, written canonically, never mixed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.kernel.money import (
    ASSETS,
    BY_NUMBER,
    MAX_MINOR,
    Asset,
    AssetMismatchError,
    InvalidAmountError,
    Money,
    UnsupportedAssetError,
    asset_of,
    parse_amount,
    phrase,
)

pytestmark = pytest.mark.no_database

CNY, JPY, KWD, ETH = (ASSETS[code] for code in ("CNY", "JPY", "KWD", "ETH"))
assets = st.sampled_from(sorted(ASSETS.values(), key=lambda asset: asset.number))
minors = st.integers(min_value=1, max_value=10**25 - 1)


@given(assets, minors)
def test_what_is_written_is_read_back(asset: Asset, minor: int) -> None:
    money = Money(asset, minor)
    assert parse_amount(money.decimal_string(), asset) == money


@given(assets, minors, minors)
def test_sums_are_exact_and_differences_undo_them(asset: Asset, left: int, right: int) -> None:
    total = Money(asset, left) + Money(asset, right)
    assert total == Money(asset, left + right)
    assert total - Money(asset, right) == Money(asset, left)
    assert -Money(asset, left) == Money(asset, -left)
    assert (Money(asset, left) < total) is True


@pytest.mark.parametrize(
    ("asset", "text", "minor"),
    [
        (CNY, "36.50", 3650),
        (CNY, "36.5", 3650),
        (CNY, "36", 3600),
        (CNY, "0.01", 1),
        (JPY, "500", 500),
        (KWD, "0.001", 1),
        (ETH, "0.000000000000000001", 1),
        (ETH, "9.3", 9_300_000_000_000_000_000),
    ],
)
def test_a_plain_decimal_is_read(asset: Asset, text: str, minor: int) -> None:
    assert parse_amount(text, asset) == Money(asset, minor)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "0", "0.00", "-1", "+1", "1e3", "1E3", "0x10", "NaN", "Infinity"),
        *("1,000.00", "1 000", " 1", "1 ", "1\n", "01", "00.10", ".5", "5.", "1.2.3", "¥1", "1_0"),
        *("36.505", "１２", "٣", "1.０0", "十", "9" * 26, "1" * 49, "1\u200b", "1\x00"),
        *(1, 1.0, True, None, b"1", ["1"]),
    ],
)
def test_nothing_else_is_repaired(text: object) -> None:
    with pytest.raises(InvalidAmountError) as refused:
        parse_amount(text, CNY)
    assert refused.value.params == {"decimals": 2}


@pytest.mark.parametrize(
    ("asset", "text"), [(JPY, "1.0"), (KWD, "0.0001"), (ETH, "0.0000000000000000001")]
)
def test_more_decimals_than_the_asset_has_are_refused(asset: Asset, text: str) -> None:
    with pytest.raises(InvalidAmountError):
        parse_amount(text, asset)


def test_the_largest_amount_leaves_room_for_a_sum() -> None:
    assert parse_amount("9" * 19, ETH).minor < MAX_MINOR
    with pytest.raises(InvalidAmountError):
        parse_amount("1" + "0" * 19, ETH)


def test_two_assets_never_meet_in_one_sum() -> None:
    yuan, yen = Money(CNY, 1), Money(JPY, 1)
    for meet in (Money.__add__, Money.__sub__, Money.__lt__):
        with pytest.raises(AssetMismatchError) as refused:
            meet(yuan, yen)
        assert refused.value.params == {"left": "CNY", "right": "JPY"}


@pytest.mark.parametrize("code", ["", "cny", "CNY ", "XAU", "ＣＮＹ"])
def test_a_code_is_matched_exactly(code: str) -> None:
    with pytest.raises(UnsupportedAssetError):
        asset_of(code)


def test_every_asset_is_found_by_code_and_by_number() -> None:
    assert [(a.code, a.number, a.decimals) for a in ASSETS.values()] == [
        ("CNY", 156, 2),
        ("USD", 840, 2),
        ("EUR", 978, 2),
        ("JPY", 392, 0),
        ("HKD", 344, 2),
        ("KWD", 414, 3),
        ("ETH", 9001, 18),
    ]
    assert [asset_of(code) for code in ASSETS] == list(BY_NUMBER.values())


@pytest.mark.parametrize(
    ("money", "decimal", "sentence"),
    [
        (Money(CNY, 1_284_630), "12846.30", "¥12,846.30"),
        (Money(CNY, -5), "-0.05", "\N{MINUS SIGN}¥0.05"),
        (Money(ASSETS["USD"], 31_875), "318.75", "$318.75 USD"),
        (Money(JPY, 120_000), "120000", "¥120,000 JPY"),
        (Money(KWD, 1), "0.001", "KD0.001 KWD"),
        (Money(ETH, 10**18 // 2), "0.500000000000000000", "0.5 ETH"),
        (Money(ETH, -(10**18)), "-1.000000000000000000", "\N{MINUS SIGN}1 ETH"),
    ],
)
def test_money_is_written_for_the_wire_and_for_a_sentence(
    money: Money, decimal: str, sentence: str
) -> None:
    assert (money.decimal_string(), money.phrase()) == (decimal, sentence)
    assert str(money) == f"{decimal} {money.asset.code}"


@pytest.mark.parametrize(
    ("amount", "code", "sentence"),
    [("12.50", "CNY", "¥12.50"), ("12.50", "XAU", "12.50 XAU"), ("0.00", "CNY", "0.00 CNY")],
)
def test_a_refusals_params_are_written_for_a_sentence(
    amount: str, code: str, sentence: str
) -> None:
    assert phrase(amount, code) == sentence
