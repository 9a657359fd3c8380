"""Addresses that somebody bent by hand: refused or ignored, never a fault of ours."""

from __future__ import annotations

import pytest

from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.kernel.money import Money, asset_of
from okpay.payments import operations
from tests.support.people import Somebody
from tests.web.money.conftest import SignedIn, Walk
from tests.web.money.test_records import transfer


@pytest.mark.parametrize(
    "query",
    [
        "range=custom&since=2026-01-01&until=9999-12-31",
        "range=custom&since=0001-01-01&until=2026-01-01",
        "range=custom&since=9999-12-31&until=9999-12-31",
    ],
)
def test_i5_a_day_at_the_end_of_the_calendar_is_refused(
    query: str, payer: Somebody, signed_in: SignedIn
) -> None:
    client = signed_in(payer)
    page = client.get(f"/records?{query}")
    assert (page.status_code, "from 2000 to 2199" in page.content.decode()) == (200, True)
    file = client.get(f"/records/export.csv?{query}")
    assert (file.status_code, "text/html" in file["Content-Type"]) == (422, True)


def test_i5_a_null_character_in_a_search_finds_nothing_and_breaks_nothing(
    payer: Somebody, signed_in: SignedIn
) -> None:
    from okpay.wallets.queries import Choice, records

    client = signed_in(payer)
    statuses = [client.get(f"/records?q={text}").status_code for text in ("%00", "a%00b")]
    assert (statuses, records(payer.id, Choice(search="a\x00b"))) == ([200, 200], [])


def test_g14_a_search_by_hidden_letters_finds_nothing(
    payer: Somebody, payee: Somebody, signed_in: SignedIn
) -> None:
    number = transfer(payer, payee)
    client = signed_in(payer)
    hidden, shown = payee.name[1], payee.name[0]
    assert number not in client.get("/records", {"q": hidden}).content.decode()
    assert number in client.get("/records", {"q": shown}).content.decode()


def test_requests_go_on_page_by_page(
    payer: Somebody, payee: Somebody, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.web.pages.requests import listing

    monkeypatch.setattr(listing, "PAGE", 2)
    made = [
        operations.request_money(
            actor=payer.actor, payer=payee.email, money=Money(asset_of("CNY"), 100), now=clock.now()
        )
        for _ in range(3)
    ]
    numbers = [encode("req", request.id) for request in made][::-1]
    walk = Walk(signed_in(payer))
    first = walk.page("/requests?side=mine")
    more = f"/requests?side=mine&before={numbers[1]}"
    assert ([one in first for one in numbers[:2]], f'"{more}"' in first) == ([True, True], True)
    second = walk.page(more)
    assert [f"/requests/{one}" in second for one in numbers] == [False, False, True]
    assert walk.client.get("/requests?before=x").status_code == 404
