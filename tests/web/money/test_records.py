"""Records: what a person sees of the movements of their money, and nobody else."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from okpay.kernel import clock
from okpay.kernel.money import Money, asset_of, parse_amount
from tests.support.people import MakePerson, Somebody
from tests.web.money.conftest import SignedIn, Walk

NUMBER = re.compile(r"/records/((?:trf|tup)_[0-9a-z]{26})\"")


def transfer(payer: Somebody, payee: Somebody, amount: str = "1.00", memo: str = "") -> str:
    """Pay by the operations, without a browser; return the record's number."""
    from okpay.kernel.ids import encode
    from okpay.payments import operations

    now = clock.now()
    quote = operations.quote_transfer(
        actor=payer.actor,
        payee=payee.email,
        money=parse_amount(amount, asset_of("CNY")),
        memo=memo,
        now=now,
    )
    outcome = operations.send_transfer(
        actor=payer.actor, intent_token=quote.intent_token, payment_password=payer.pin, now=now
    )
    assert outcome.record_id is not None
    return encode("trf", outcome.record_id)


def numbers(client: Client, path: str) -> list[str]:
    """Return the record numbers that a page links to, in order."""
    return NUMBER.findall(client.get(path).content.decode())


def test_the_list_shows_each_side_its_own_sign(
    payer: Somebody, payee: Somebody, signed_in: SignedIn
) -> None:
    transfer(payer, payee, "36.50", "lunch")
    pages = [signed_in(one).get("/records").content.decode() for one in (payer, payee)]
    assert ["\N{MINUS SIGN}" in pages[0], "money--in" in pages[1]] == [True, True]
    assert ["Transfer · paid" in pages[0], "Transfer · received" in pages[1]] == [True, True]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("", 3),
        ("?kind=in", 2),
        ("?kind=out", 1),
        ("?kind=transfer", 2),
        ("?kind=topup", 1),
        ("?range=today", 3),
        ("?range=week", 3),
        ("?q=lunch", 1),
        ("?q=nothing-like-it", 0),
        ("?kind=in&q=lunch", 0),
        ("?range=custom&since=2020-01-01&until=2020-12-31", 0),
        ("?kind=unheard&range=of", 3),
    ],
)
def test_filters_narrow_the_list(
    chosen: str,
    expected: int,
    make_person: MakePerson,
    payee: Somebody,
    signed_in: SignedIn,
) -> None:
    person, other = make_person("林知夏", cny="50.00"), make_person("许晴", cny="50.00")
    transfer(person, payee, memo="lunch")
    transfer(other, person, memo="back")
    assert len(numbers(signed_in(person), f"/records{chosen}")) == expected


def test_a_custom_range_includes_its_last_day(payer: Somebody, signed_in: SignedIn) -> None:
    today = timezone.localtime(clock.now()).date()
    before = today - timedelta(days=1)
    client = signed_in(payer)
    found = [
        len(numbers(client, f"/records?range=custom&since={first}&until={last}"))
        for first, last in ((today, today), (before, before))
    ]
    assert found == [1, 0]


def test_searching_a_number_leads_to_the_record(payer: Somebody, signed_in: SignedIn) -> None:
    client = signed_in(payer)
    number = numbers(client, "/records")[0]
    assert client.get(f"/records?q={number}")["Location"] == f"/records/{number}"


def test_pages_follow_each_other_without_gap_or_repeat(
    make_person: MakePerson, payee: Somebody, signed_in: SignedIn
) -> None:
    person = make_person("林知夏", cny="50.00")
    for _ in range(24):
        transfer(person, payee, "0.01")
    client = signed_in(person)
    first = client.get("/records").content.decode()
    more = re.search(r'hx-get="([^"]+)"', first)
    assert more is not None
    path = more[1].replace("&amp;", "&")
    second = client.get(path, headers={"HX-Request": "true"}).content.decode()
    shown = NUMBER.findall(first) + NUMBER.findall(second)
    assert (len(NUMBER.findall(first)), len(shown), len(set(shown))) == (20, 25, 25)
    assert "<html" not in second


def test_a_bad_cursor_is_not_found(payer: Somebody, signed_in: SignedIn) -> None:
    assert signed_in(payer).get("/records?before=trf_x").status_code == 404


def test_g1_a_record_of_others_does_not_exist(
    payer: Somebody, payee: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    number = transfer(payer, payee)
    stranger = signed_in(make_person("许晴"))
    paths = [f"/records/{number}", f"/records/{number}/receipt", f"/transfers/{number}"]
    assert [stranger.get(path).status_code for path in paths] == [404] * 3
    acts = [f"/transfers/{number}/{act}" for act in ("cancel", "remind", "decline")]
    assert [stranger.post(path).status_code for path in acts] == [404] * 3


@pytest.mark.parametrize("number", ["x", "trf_x", "tup_" + "0" * 26, "trf_" + "0" * 26])
def test_what_is_no_record_is_not_found(number: str, payer: Somebody, signed_in: SignedIn) -> None:
    assert signed_in(payer).get(f"/records/{number}").status_code == 404


def test_the_detail_has_numbers_timeline_fee_and_balance(
    payer: Somebody, payee: Somebody, signed_in: SignedIn
) -> None:
    number = transfer(payer, payee, "36.50", "lunch")
    page = Walk(signed_in(payer)).page(f"/records/{number}")
    said = (number, "463", "Fee", "Confirmed", "Booked", "Arrived", "Sequence no.", "lunch")
    assert [word in page for word in said] == [True] * len(said)


def test_a_receipt_masks_both_names(payer: Somebody, payee: Somebody, signed_in: SignedIn) -> None:
    number = transfer(payer, payee, "36.50")
    page = Walk(signed_in(payer)).page(f"/records/{number}/receipt")
    assert [word in page for word in ("林*夏", "周*宁", payer.name, payee.name)] == [
        True,
        True,
        False,
        False,
    ]


def test_month_sums_equal_what_moved(
    make_person: MakePerson, payee: Somebody, signed_in: SignedIn
) -> None:
    from okpay.wallets.sums import month_totals

    person = make_person("林知夏", cny="50.00")
    transfer(person, payee, "12.34")
    (total,) = month_totals(person.id, [clock.now()])
    assert (total.income, total.expense) == (
        Money(asset_of("CNY"), 5000),
        Money(asset_of("CNY"), 1234),
    )
    page = Walk(signed_in(person)).page("/records")
    assert ["50<" in page, "12<" in page] == [True, True]


def test_month_sums_count_what_is_chosen(
    make_person: MakePerson, payee: Somebody, signed_in: SignedIn
) -> None:
    person = make_person("林知夏", cny="50.00")
    transfer(person, payee, "12.34", "lunch")
    transfer(person, payee, "7.06", "tea")
    walk, month = Walk(signed_in(person)), re.compile(r'class="sums">(.*?)</div>')

    def sums(query: str) -> list[str]:
        found = month.findall(walk.page(f"/records{query}"))
        return [re.sub(r"<[^>]+>", "", text).replace("\xa0", " ").strip() for text in found]

    shown = [sums(query) for query in ("", "?kind=out", "?q=lunch", "?q=7.06", "?q=none-such")]
    assert shown == [
        ["In +¥50.00Out −¥19.40"],
        ["Out −¥19.40"],
        ["Out −¥12.34"],
        ["Out −¥7.06"],
        [],
    ]


def test_it_says_when_the_sums_are_only_of_what_is_chosen(
    payer: Somebody, signed_in: SignedIn
) -> None:
    walk, words = Walk(signed_in(payer)), "The sums count only what is chosen"
    found = [words in walk.page(f"/records{query}") for query in ("", "?kind=in", "?kind=out")]
    assert found == [False, True, False]  # nothing to sum says nothing of sums


@pytest.mark.parametrize(
    "path", ["/", "/records", "/records?q=1.00&kind=out", "/transfer", "/payees", "/requests"]
)
def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(
    path: str, make_person: MakePerson, signed_in: SignedIn
) -> None:
    asked = []
    for rows in (1, 3):
        person = make_person("林知夏", cny="50.00")
        others = [make_person(name) for name in ("周晓宁", "许晴", "吴桐")[:rows]]
        for other in others:
            _fill(person, other)
        client = signed_in(person)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


def _fill(person: Somebody, other: Somebody) -> None:
    """Add one row to each list of a person."""
    from okpay.payments import operations

    now, amount = clock.now(), parse_amount("1.00", asset_of("CNY"))
    transfer(person, other)
    operations.save_payee(actor=person.actor, alias=other.email, now=now)
    operations.request_money(actor=other.actor, payer=person.email, money=amount, now=now)
    quote = operations.quote_transfer(
        actor=person.actor, payee=f"x{other.email}", money=amount, now=now
    )
    operations.send_transfer(
        actor=person.actor, intent_token=quote.intent_token, payment_password=person.pin, now=now
    )
