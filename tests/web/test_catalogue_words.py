"""Every refusal speaks both languages: other words, the same facts, money as money is written."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import get_args

import pytest
from django.urls import reverse
from django.utils import translation

import okpay
from okpay.funding.errors import TopUpTooLargeError, TopUpTooSmallError
from okpay.kernel.errors import WORDS, Worded
from okpay.kernel.money import ASSETS, Money
from okpay.limits.rules import Period
from okpay.payments.errors import PERIODS, InsufficientFundsError, LimitExceededError

pytestmark = pytest.mark.no_database

PLACE = re.compile(r"%\((\w+)\)s")
ANY_PLACE = re.compile(r"%.?")
PROMISED = re.compile(r"`(\w+)`")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PARTS = ("title", "message", "remedy")


def _load_every_error() -> None:
    for module in pkgutil.walk_packages(okpay.__path__, "okpay."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)


_load_every_error()
CODES = sorted(WORDS)


def _words(error: type[Worded], part: str, language: str) -> str:
    with translation.override(language):
        return str(getattr(error, part))


@pytest.mark.parametrize("code", CODES)
def test_each_part_is_said_in_english_and_otherwise_in_chinese(code: str) -> None:
    error = WORDS[code]
    for part in PARTS:
        english, chinese = (_words(error, part, language) for language in ("en", "zh-hans"))
        assert english.isascii(), f"{code}.{part}: {english}"
        assert english, f"{code} has no {part}"
        assert CHINESE.search(chinese), f"{code}.{part}: {chinese}"
        assert chinese.endswith("。") == english.endswith("."), f"{code}.{part}"


@pytest.mark.parametrize("code", CODES)
def test_a_message_asks_only_for_the_params_its_docstring_promises(code: str) -> None:
    error = WORDS[code]
    promised = set(PROMISED.findall(error.__doc__ or ""))
    for language in ("en", "zh-hans"):
        message = _words(error, "message", language)
        assert set(PLACE.findall(message)) <= promised, f"{code}: promised {sorted(promised)}"
        assert len(ANY_PLACE.findall(message)) == len(PLACE.findall(message)), f"{code}: {message}"


@pytest.mark.parametrize("code", CODES)
def test_no_title_and_no_remedy_has_a_place_to_fill(code: str) -> None:
    error = WORDS[code]
    for part in ("title", "cause", "remedy"):
        for language in ("en", "zh-hans"):
            assert "%(" not in _words(error, part, language), f"{code}.{part}"


@pytest.mark.parametrize("code", [code for code in CODES if WORDS[code].remedy_url_name])
def test_the_page_of_a_remedy_answers(code: str) -> None:
    assert reverse(WORDS[code].remedy_url_name).startswith("/")


# ---- the limit, in words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "english", "chinese"),
    [
        (
            "payment",
            "Your limit for one payment is ¥20,000.00. Nothing was charged.",
            "你的单笔限额是 ¥20,000.00。没有扣款。",
        ),
        (
            "day",
            "Your limit for one day is ¥20,000.00. Nothing was charged.",
            "你的每日限额是 ¥20,000.00。没有扣款。",
        ),
        (
            "month",
            "Your limit for one month is ¥20,000.00. Nothing was charged.",
            "你的每月限额是 ¥20,000.00。没有扣款。",
        ),
    ],
)
def test_the_period_of_a_limit_is_words(period: str, english: str, chinese: str) -> None:
    error = LimitExceededError(limit="20000.00", currency="CNY", period=period)
    with translation.override("en"):
        assert error.text() == english
    with translation.override("zh-hans"):
        assert error.text() == chinese
    assert error.params == {"limit": "20000.00", "currency": "CNY", "period": period}


def test_every_period_that_the_limits_know_has_words() -> None:
    assert set(PERIODS) == set(get_args(Period))


# ---- money in a sentence ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("short", "currency", "written"),
    [
        ("12.50", "CNY", "¥12.50"),
        ("1234.50", "USD", "$1,234.50 USD"),
        ("400000", "JPY", "¥400,000 JPY"),
        ("0.001", "KWD", "KD0.001 KWD"),
        ("1234.500000000000000000", "ETH", "1,234.5 ETH"),
        ("2.000000000000000000", "ETH", "2 ETH"),
        ("0.000000000000000001", "ETH", "0.000000000000000001 ETH"),
    ],
)
def test_what_is_short_is_written_as_money(short: str, currency: str, written: str) -> None:
    error = InsufficientFundsError(short=short, currency=currency)
    with translation.override("en"):
        assert error.text() == f"You are {written} short. Nothing was charged."
    with translation.override("zh-hans"):
        assert error.text() == f"余额不够，还差 {written}。没有扣款。"
    assert error.params == {"short": short, "currency": currency}


def test_a_currency_that_is_not_ours_is_left_as_it_came() -> None:
    error = InsufficientFundsError(short="1.0", currency="XAU")
    with translation.override("en"):
        assert error.text() == "You are 1.0 XAU short. Nothing was charged."


def test_a_negative_amount_shows_its_minus() -> None:
    assert Money(ASSETS["CNY"], -1250).phrase() == "\N{MINUS SIGN}¥12.50"


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (
            TopUpTooSmallError(least="1.00", currency="CNY"),
            "A top-up is at least ¥1.00. Nothing was charged.",
            "单笔充值最少 ¥1.00。没有扣款。",
        ),
        (
            TopUpTooLargeError(most="3000.00", currency="USD"),
            "One top-up is at most $3,000.00 USD. Nothing was charged.",
            "单笔充值最多 $3,000.00 USD。没有扣款。",
        ),
    ],
)
def test_the_bounds_of_a_top_up_are_written_as_money(
    error: Worded, english: str, chinese: str
) -> None:
    with translation.override("en"):
        assert error.text() == english
    with translation.override("zh-hans"):
        assert error.text() == chinese
