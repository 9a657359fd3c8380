"""Lists: sizes hold, places stay, filters filter, and what is not yours is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.api.conftest import Api, Holder, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


@pytest.fixture
def busy(api: Api, holder: Made, fund: Fund) -> tuple[Holder, Holder, list[str]]:
    """Somebody who paid somebody seven times, newest first."""
    alice, bob = holder("Alice Wong"), holder("Bob Li")
    fund(alice, "100.00")
    made = [_pay(api, alice, bob, f"{number}.00", str(number)) for number in range(1, 8)]
    return alice, bob, made[::-1]


def _pay(api: Api, who: Holder, to: Holder, amount: str, key: str) -> str:
    body = {"payee": {"email": to.email}, "amount": amount, "currency": "CNY", "memo": f"m{key}"}
    made = api.send("POST", "/v1/transfers", who=who, key=key, body=body)
    assert made.status_code == 201
    return str(made.json()["id"])


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["data"]]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_join_without_gap_or_repeat(
    api: Api, busy: tuple[Holder, Holder, list[str]], limit: int
) -> None:
    alice, _bob, made = busy
    seen: list[str] = []
    cursor = ""
    while True:
        page = api.send("GET", f"/v1/transfers?limit={limit}{cursor}", who=alice).json()
        seen += ids(page)
        assert len(page["data"]) == min(limit, 7 - len(seen) + len(page["data"]))
        assert page["has_more"] == (page["next_cursor"] is not None)
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == made


def test_i5_a_place_stays_while_rows_are_added(
    api: Api, busy: tuple[Holder, Holder, list[str]]
) -> None:
    alice, bob, made = busy
    first = api.send("GET", "/v1/transfers?limit=3", who=alice).json()
    for number in range(3):
        _pay(api, alice, bob, "1.00", f"new{number}")
    path = f"/v1/transfers?limit=3&cursor={first['next_cursor']}"
    second = api.send("GET", path, who=alice).json()
    assert ids(first) + ids(second) == made[:6]


def test_after_and_before_an_id(api: Api, busy: tuple[Holder, Holder, list[str]]) -> None:
    alice, _bob, made = busy
    older = api.send("GET", f"/v1/transfers?limit=2&starting_after={made[2]}", who=alice).json()
    assert (ids(older), older["has_more"]) == (made[3:5], True)
    newer = api.send("GET", f"/v1/transfers?limit=2&ending_before={made[4]}", who=alice).json()
    assert (ids(newer), newer["has_more"]) == (made[2:4], True)
    newest = api.send("GET", f"/v1/transfers?limit=5&ending_before={made[2]}", who=alice).json()
    assert (ids(newest), newest["has_more"]) == (made[:2], False)
    assert api.send("GET", f"/v1/transfers?limit=2&ending_before={made[0]}", who=alice).json() == {
        "data": [],
        "has_more": False,
        "next_cursor": None,
    }


@pytest.mark.parametrize(
    "query",
    [
        *("cursor=x", "cursor=AAAA", "cursor=%00", "cursor=AQ==", "starting_after=trf_1"),
        *("starting_after=tup_01jd4z8q0r3t5v7x9yabcdefgh", "ending_before="),
        "cursor=AQGOpLy_u7u7u7u7u7u7u7s&starting_after=trf_01jd4z8q0r3t5v7x9yabcdefgh",
        *("limit=0", "limit=101", "limit=-1", "limit=1.5", "limit=ten", "limit=", "limit=1e1"),
        *("status=done", "direction=both", "created[gte]=yesterday", "created[gte]=2026-11-21"),
        *("created[gte]=2026-11-21T00:00:00", "created[lt]=0.5", "status=null", "cursor=null"),
    ],
)
def test_bad_places_and_filters_are_refused(api: Api, holder: Made, query: str) -> None:
    answer = api.send("GET", f"/v1/transfers?{query}", who=holder())
    assert answer.status_code == 400
    assert code_of(answer)[1] in {"invalid_cursor", "invalid_request"}


def test_records_are_filtered(api: Api, busy: tuple[Holder, Holder, list[str]]) -> None:
    alice, bob, made = busy

    def get(query: str, who: Holder = alice) -> Any:
        return api.send("GET", f"/v1/records?{query}", who=who).json()

    assert ids(get("kind=transfer")) == made
    top_up = get("kind=top_up")
    assert [row["type"] for row in top_up["data"]] == ["top_up"]
    assert ids(get("direction=out")) == made
    assert ids(get("direction=in")) == ids(top_up)
    assert get("direction=out", bob)["data"] == []
    assert ids(get("direction=in", bob)) == made
    assert get("currency=USD")["data"] == []
    assert get("status=pending")["data"] == []
    assert ids(get("q=m3")) == [made[4]]
    assert ids(get("q=B*b")) == made
    assert get("q=Bob")["data"] == []  # the middle of a name is hidden, also from a search
    assert get("q=m3", bob)["data"][0]["counterparty"]["name_masked"] == "A***e W**g"
    middle = get("")["data"][3]["created_at"]
    after, before = get(f"created[gte]={middle}"), get(f"created[lt]={middle}")
    assert ids(after) + ids(before) == ids(get(""))
    assert middle in [row["created_at"] for row in after["data"]]


def test_a_record_has_its_place_in_the_book(
    api: Api, busy: tuple[Holder, Holder, list[str]]
) -> None:
    alice, _bob, made = busy
    body = api.send("GET", f"/v1/records/{made[0]}", who=alice).json()
    assert body["balance_after"] == {"amount": "72.00", "currency": "CNY"}
    assert body["sequence"] == 8
    assert [step["code"] for step in body["timeline"]] == ["confirmed", "booked", "arrived"]


def test_limit_100_knows_whether_there_is_more() -> None:
    from okpay.api.pages import Window, from_memory, read_page
    from okpay.kernel.ids import new_uuid

    for count, more in ((99, False), (100, False), (101, True)):
        counting = _Counting(from_memory([new_uuid() for _ in range(count)], lambda row: row))
        rows, follows, cursor = read_page(Window(100), counting, lambda row: row)
        assert (len(rows), follows, cursor is not None) == (min(count, 100), more, more)
        assert max(counting.asked) <= 100


class _Counting:
    """A query that remembers how much it was asked for."""

    def __init__(self, fetch: Any) -> None:
        self.fetch = fetch
        self.asked: list[int] = []

    def __call__(self, *, older_than: Any, newer_than: Any, limit: int) -> Any:
        self.asked.append(limit)
        return self.fetch(older_than=older_than, newer_than=newer_than, limit=limit)


def test_list_pages_cost_the_same_at_1_and_3_rows(
    api: Api, holder: Made, fund: Fund, django_assert_num_queries: Any
) -> None:
    from okpay.api.calls import Call, Caller
    from okpay.api.routes.transfers import list_transfers
    from okpay.api.schemas.transfers import TransferQuery

    alice, bob, carol = holder(), holder(), holder()
    fund(alice, "100.00")
    declared = list_transfers.opt["endpoint"]
    call = Call("GET", "/v1/transfers", "")
    call.known = Caller(alice.id, alice.token_id, frozenset())
    for rows in (1, 3):
        for number in range(rows):
            _pay(api, alice, bob if number % 2 else carol, "1.00", f"{rows}-{number}")
        with django_assert_num_queries(2):
            declared.handler(call, TransferQuery())


def test_a_moment_is_utc(api: Api, busy: tuple[Holder, Holder, list[str]]) -> None:
    from datetime import datetime

    alice, _bob, made = busy
    written = api.send("GET", f"/v1/transfers/{made[0]}", who=alice).json()["created_at"]
    assert written.endswith("Z")
    assert datetime.fromisoformat(written).utcoffset() == timedelta()
