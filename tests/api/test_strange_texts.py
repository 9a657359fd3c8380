"""Texts that JSON can carry and nothing else can: refused before anything reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.conftest import Api, Holder, code_of

Made = Callable[..., Holder]
HALF = r"\ud800"


@pytest.mark.parametrize(
    "raw",
    [
        r'{"payee":{"email":"a@b.example"},"amount":"1.00","currency":"CNY","memo":"%s"}',
        r'{"payee":{"email":"a%s@b.example"},"amount":"1.00","currency":"CNY"}',
        r'{"payee":{"email":"a@b.example"},"amount":"1.00","currency":"%s"}',
        r'{"payee":{"email":"a@b.example"},"amount":"%s","currency":"CNY"}',
        r'{"payee":{"e%smail":"a@b.example"},"amount":"1.00","currency":"CNY"}',
        r'{"%s":1}',
    ],
)
@pytest.mark.parametrize("bad", [HALF, r"\udfff", r"\u0000", r"\ude00\ud83d"])
@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/quotes", "/v1/money_requests"])
def test_i5_half_a_character_is_refused(
    api: Api, holder: Made, path: str, raw: str, bad: str
) -> None:
    body = raw.replace("%s", bad).encode()
    answer = api.send(
        "POST", path, who=holder(), key="k", raw=body, headers={"content-type": "application/json"}
    )
    assert code_of(answer) == (400, "invalid_request")


def test_i5_a_whole_pair_is_one_character(api: Api, holder: Made) -> None:
    raw = (
        rb'{"payee":{"email":"no@b.example"},"amount":"1.00","currency":"CNY",'
        rb'"memo":"\ud83d\ude00"}'
    )
    headers = {"content-type": "application/json"}
    answer = api.send("POST", "/v1/quotes", who=holder(), raw=raw, headers=headers)
    assert (answer.status_code, answer.json()["memo"]) == (200, "\U0001f600")


@pytest.mark.parametrize("depth", [200, 400, 900, 2000, 7000])
def test_i5_deep_nesting_is_refused_and_breaks_nothing(api: Api, holder: Made, depth: int) -> None:
    raw = b'{"memo":' + b"[" * depth + b"]" * depth + b"}"
    headers = {"content-type": "application/json"}
    answer = api.send("POST", "/v1/quotes", who=holder(), raw=raw, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "created%5Bgte%5D=9999-12-31T23:59:59-12:00",
        "created%5Blt%5D=0001-01-01T00:00:00%2B12:00",
        "q=%00",
        "q=%ED%A0%80",
    ],
)
def test_i5_strange_queries_are_refused_or_find_nothing(api: Api, holder: Made, query: str) -> None:
    answer = api.send("GET", f"/v1/records?{query}", who=holder())
    assert answer.status_code in {200, 400}
    assert answer.json().get("data", []) == []
