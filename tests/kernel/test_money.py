"""Hostile cases C1 to C4 and C15: amounts are read strictly or not at all."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.kernel.money import (
    ASSETS,
    BY_NUMBER,
    MAX_MINOR,
    AssetMismatchError,
    InvalidAmount,
    Money,
    UnsupportedAssetError,
    asset_of,
    parse_amount,
)

pytestmark = pytest.mark.no_database

CNY, JPY, KWD, ETH = (ASSETS[code] for code in ("CNY", "JPY", "KWD", "ETH"))
assets = st.sampled_from(list(ASSETS.values()))


@pytest.mark.parametrize(
    "text", ["-1", "0", "-0", "-0.00", "0.0", "0.00", "+1", "−1", "1-", "(1)", "--1"]
)
def test_c1_zero_and_signs_are_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        parse_amount(text, CNY)


@pytest.mark.parametrize(
    "text",
    [
        "1e3", "1E-2", "0x10", " 1", "1 ", "１００", "1,000", "1.000,00", "NaN", "Infinity",
        "-Infinity", "", ".", "1.", ".5", "1..2", "1.2.3", "01", "00.5", "1_000",
        "1'000", "١٢", "①", "1\n", "1\x00",
        "¥1", "1 CNY", "null", "true", "1/2", "1.5e0", "\ufeff1", "1\u200b", "½",
        None, [], {},
        True, False, 1, 1.0, 100, b"1", Decimal(1), ["1"], float("nan"),
    ],
)  # fmt: skip
def test_c2_nothing_is_coerced(text: object) -> None:
    with pytest.raises(InvalidAmount):
        parse_amount(text, CNY)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.5", "JPY"),
        ("1.0", "JPY"),
        ("0.001", "CNY"),
        ("1.000", "CNY"),
        ("1.2345", "KWD"),
        ("1.0000000000000000001", "ETH"),
        ("0.0000000000000000001", "ETH"),
    ],
)
def test_c3_more_decimals_than_the_currency_has_are_refused_not_rounded(
    text: str, code: str
) -> None:
    with pytest.raises(InvalidAmount) as refusal:
        parse_amount(text, asset_of(code))
    assert refusal.value.params == {"decimals": ASSETS[code].decimals}


@pytest.mark.parametrize(
    "text",
    ["9" * 26, "1" + "0" * 30, "9" * 10_000, "1." + "0" * 10_000, "0" * 10_000 + "1",
     "1e" + "9" * 9999],
)  # fmt: skip
def test_c4_amounts_too_large_to_be_meant_are_refused_at_once(text: str) -> None:
    began = time.thread_time()  # of this thread alone: whoever else computes does not count
    for asset in ASSETS.values():
        with pytest.raises(InvalidAmount):
            parse_amount(text, asset)
    assert time.thread_time() - began < 0.5


@pytest.mark.parametrize("text", [str(2**63), str(2**63 - 1), "9223372036854775808.99"])
def test_c4_amounts_beyond_64_bits_are_exact(text: str) -> None:
    assert parse_amount(text, CNY).minor == int(Decimal(text) * 100)
    assert parse_amount(text, CNY).decimal_string() == str(Decimal(text).quantize(Decimal("0.01")))


def test_c4_the_largest_amount_leaves_room_for_sums() -> None:
    assert parse_amount("9999999999999999999.999999999999999999", ETH).minor == 10**37 - 1
    with pytest.raises(InvalidAmount):
        parse_amount("10000000000000000000", ETH)
    assert MAX_MINOR * 10 < 10**39


@pytest.mark.parametrize(
    ("text", "code", "minor"),
    [
        ("36.50", "CNY", 3650), ("36.5", "CNY", 3650), ("36", "CNY", 3600), ("0.01", "CNY", 1),
        ("500", "JPY", 500), ("1.234", "KWD", 1234), ("0.001", "KWD", 1), ("2", "KWD", 2000),
        ("0.000000000000000001", "ETH", 1), ("1", "ETH", 10**18),
    ],
)  # fmt: skip
def test_c6_minor_units_follow_the_currency(text: str, code: str, minor: int) -> None:
    assert parse_amount(text, asset_of(code)).minor == minor


@pytest.mark.parametrize(
    "code", ["XXX", "cny", "CNY ", " CNY", "CN", "", "¥", "ＣＮＹ", "CNH", "156", "BTC"]
)
def test_c15_unknown_currencies_are_refused_and_not_repaired(code: str) -> None:
    with pytest.raises(UnsupportedAssetError):
        asset_of(code)


def test_the_currencies_are_those_of_iso_4217() -> None:
    known = {asset.code: (asset.number, asset.decimals) for asset in ASSETS.values()}
    assert known == {
        "CNY": (156, 2), "USD": (840, 2), "EUR": (978, 2), "JPY": (392, 0), "HKD": (344, 2),
        "KWD": (414, 3), "ETH": (9001, 18),
    }  # fmt: skip
    assert len(BY_NUMBER) == len(ASSETS)


@given(assets, st.integers(1, 10**25 - 1))
def test_what_is_written_is_read_back(asset: object, minor: int) -> None:
    money = Money(asset, minor)  # type: ignore[arg-type]  # drawn from the assets
    assert parse_amount(money.decimal_string(), money.asset) == money


@given(assets, st.integers(-(10**37), 10**37))
def test_the_written_form_is_canonical_and_exact(asset: object, minor: int) -> None:
    money = Money(asset, minor)  # type: ignore[arg-type]  # drawn from the assets
    text = money.decimal_string()
    assert int(text.replace(".", "")) == minor
    assert len(text.partition(".")[2]) == money.asset.decimals


@given(st.text(max_size=30))
def test_c2_whatever_is_read_is_positive_and_says_what_was_written(text: str) -> None:
    try:
        money = parse_amount(text, CNY)
    except InvalidAmount:
        return
    assert money.minor > 0
    assert Decimal(text) * 100 == money.minor


@given(assets, assets, st.integers(), st.integers())
def test_two_currencies_never_meet_in_a_sum(
    one: object, two: object, left: int, right: int
) -> None:
    a, b = Money(one, left), Money(two, right)  # type: ignore[arg-type]  # drawn from the assets
    if one == two:
        assert (a + b).minor == left + right
        assert (a - b).minor == left - right
        assert (a < b) is (left < right)
        assert (-a).minor == -left
        return
    for meet in (lambda: a + b, lambda: a - b, lambda: a < b):
        with pytest.raises(AssetMismatchError):
            meet()


def test_money_says_its_currency_in_logs() -> None:
    assert str(Money(CNY, -5)) == "-0.05 CNY"
    assert str(Money(JPY, 1200)) == "1200 JPY"
    assert str(Money(KWD, 1)) == "0.001 KWD"
