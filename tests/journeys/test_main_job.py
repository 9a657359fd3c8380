"""The main job: somebody signs up, puts money in, pays another, and finds it in the records."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.journeys.cast import enrol, player
from tests.journeys.walking import Walker
from tests.support.browser import OpenPage
from tests.support.product import LiveProduct

WORDS = {
    "zh-CN": ("开始使用", "转账成功", "周*宁", "支出"),
    "en": ("Your first steps", "Transferred", "周*宁", "paid"),
}


def test_a_newcomer_puts_money_in_and_pays_another(
    any_page: Page, open_page: OpenPage, live_product: LiveProduct
) -> None:
    words = WORDS[any_page.evaluate("navigator.language")]
    friend, newcomer = player("周晓宁"), player("林知夏")
    enrol(live_product, friend)

    walker = Walker(any_page, live_product)
    walker.register(newcomer)
    walker.go("/")
    assert words[0] in walker.main
    walker.set_pin(newcomer.pin)
    walker.top_up("100.00")
    assert walker.balance() == "100.00"

    number = walker.pay(friend.phone, "36.50", newcomer.pin, "lunch")
    assert [word in walker.main for word in (words[1], words[2], number)] == [True] * 3
    assert walker.balance() == "63.50"
    assert walker.records()[0] == number
    assert len(walker.records()) == 2
    assert words[3] in walker.main

    other = Walker(open_page(), live_product)
    other.sign_in(friend)
    assert other.balance() == "36.50"
    assert other.records() == [number]
    assert "36.50" in other.letter("mail", friend.email, having="36.50")
    other.go("/messages")
    assert "36.50" in other.main
