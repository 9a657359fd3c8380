"""How money and times are written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from okpay.kernel.money import ASSETS, Money
from okpay.web import typeset

pytestmark = pytest.mark.no_database

NOON = datetime(2026, 11, 21, 4, 41, 7, tzinfo=UTC)  # 12:41:07 in Shanghai


def _render(source: str, **context: object) -> str:
    return Template("{% load okpay %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("code", "minor", "text"),
    [
        ("CNY", 3650, "¥36.50"),
        ("CNY", 0, "¥0.00"),
        ("CNY", 1284630, "¥12,846.30"),
        ("CNY", 123456789012345678, "¥1,234,567,890,123,456.78"),
        ("USD", 31875, "$318.75 USD"),
        ("JPY", 1200, "¥1,200 JPY"),
        ("KWD", 1005, "KD1.005 KWD"),
        ("ETH", 4182 * 10**12, "0.00418200 ETH"),
        ("ETH", 10**18 + 1, "1.000000000000000001 ETH"),
    ],
)
def test_an_amount_in_running_text(code: str, minor: int, text: str) -> None:
    assert typeset.figure(Money(ASSETS[code], minor)).plain() == text


@pytest.mark.parametrize(
    ("sign", "minor", "shown"),
    [("in", 1, "+"), ("out", 1, "−"), ("", 1, ""), ("", -1, "−"), ("in", -1, "−")],
)
def test_the_sign(sign: str, minor: int, shown: str) -> None:
    assert typeset.sign_of(Money(ASSETS["CNY"], minor), sign) == shown


def test_money_out_carries_the_word_and_the_true_minus() -> None:
    html = _render('{% money m size="row" sign="out" %}', m=Money(ASSETS["CNY"], 3650))
    assert html == (
        '<span class="money money--row"><span class="sr">支出 </span>'
        '−<span class="money__cur">¥</span>36<span class="money__dec">.50</span></span>'
    )


def test_money_in_is_said_in_english_too() -> None:
    with translation.override("en"):
        html = _render('{% money m sign="in" %}', m=Money(ASSETS["USD"], 31875))
    assert html == (
        '<span class="money money--in"><span class="sr">Received </span>'
        '+<span class="money__cur">$</span>318<span class="money__dec">.75</span>'
        '<span class="money__code">USD</span></span>'
    )


def test_money_that_did_not_move_says_so() -> None:
    html = _render("{% money m void=True %}", m=Money(ASSETS["JPY"], 5))
    assert html == (
        '<span class="money money--void"><span class="sr">未发生 </span>'
        '<span class="money__cur">¥</span>5<span class="money__code">JPY</span></span>'
    )


def test_an_amount_that_is_not_known_is_a_dash() -> None:
    assert _render("{% money m %}", m=None) == "—"


@pytest.mark.parametrize(
    ("moment", "style", "chinese", "english"),
    [
        (NOON, "row", "今天 12:41", "Today 12:41"),
        (NOON.replace(day=20), "row", "昨天 12:41", "Yesterday 12:41"),
        (NOON.replace(day=3), "row", "11月3日 12:41", "3 Nov 12:41"),
        (NOON.replace(year=2025), "row", "2025年11月21日 12:41", "21 Nov 2025 12:41"),
        (NOON, "date", "11月21日", "21 Nov"),
        (NOON, "day", "今天", "Today"),
        (NOON, "time", "12:41", "12:41"),
        (NOON, "full", "2026-11-21 12:41:07", "2026-11-21 12:41:07"),
        # 16:30 UTC of the day before is past midnight in Shanghai
        (datetime(2026, 11, 20, 16, 30, tzinfo=UTC), "row", "今天 00:30", "Today 00:30"),
        (datetime(2026, 11, 20, 15, 59, tzinfo=UTC), "row", "昨天 23:59", "Yesterday 23:59"),
    ],
)
def test_a_moment(moment: datetime, style: str, chinese: str, english: str) -> None:
    assert typeset.when(moment, NOON, style) == chinese
    with translation.override("en"):
        assert typeset.when(moment, NOON, style) == english


def test_a_moment_carries_its_machine_form() -> None:
    html = _render("{% when m %}", m=NOON, now=NOON)
    assert html == '<time datetime="2026-11-21T04:41:07+00:00">今天 12:41</time>'
