"""What holds for every call: ids, headers, languages, methods, limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.conftest import Api, Holder, code_of


def test_every_answer_carries_request_id_version_and_safe_headers(api: Api) -> None:
    for path in ("/health/live", "/v1/me", "/nothing"):
        answer = api.send("GET", path)
        assert answer.headers["request-id"].startswith("req_")
        assert answer.headers["okpay-version"] == "2026-11-01"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert not any(name.startswith("access-control") for name in answer.headers)
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("my-request-0001", "my-request-0001"),
        *(("short", "req_"), ("a" * 65, "req_"), ("bad id with space", "req_")),
    ],
)
def test_a_sane_request_id_is_taken_over(api: Api, sent: str, answered: str) -> None:
    answer = api.send("GET", "/health/live", headers={"request-id": sent})
    assert answer.headers["request-id"].startswith(answered)


@pytest.mark.parametrize(
    ("accepted", "title"),
    [
        ("en", "There is nothing here"),
        ("en-GB,en;q=0.9,zh;q=0.8", "There is nothing here"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "这里什么也没有"),
        ("fr;q=1, en;q=0.2", "There is nothing here"),
        ("fr", "这里什么也没有"),
        ("en;q=0, zh", "这里什么也没有"),
        ("x;;;q=q", "这里什么也没有"),
    ],
)
def test_words_follow_accept_language_and_codes_do_not(api: Api, accepted: str, title: str) -> None:
    answer = api.send("GET", "/nothing", headers={"accept-language": accepted})
    assert code_of(answer) == (404, "not_found")
    assert answer.json()["title"] == title
    assert answer.headers["vary"] == "Accept-Language"


def test_a_problem_has_the_members_of_rfc_9457(api: Api) -> None:
    answer = api.send("GET", "/v1/errors?nonsense=1")
    assert code_of(answer) == (400, "extra_forbidden")
    body = answer.json()
    assert body["errors"][0]["pointer"] == "/nonsense"
    assert body["param"] == "nonsense"
    assert body["remedy"]["text"]
    assert set(body) == {
        *("type", "title", "status", "detail", "instance", "code", "request_id", "doc_url"),
        *("remedy", "param", "errors"),
    }


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_g13_no_other_method_reaches_a_handler(api: Api, method: str) -> None:
    answer = api.send(method, "/v1/errors")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


def test_g13_options_says_what_is_allowed_and_nothing_to_other_origins(api: Api) -> None:
    answer = api.send("OPTIONS", "/v1/topups", headers={"origin": "https://evil.example"})
    assert answer.status_code == 204
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_g13_overrides_are_not_read(api: Api, holder: Callable[..., Holder]) -> None:
    person = holder()
    override = {"x-http-method-override": "POST", "x-method-override": "POST"}
    answer = api.send("GET", "/v1/topups", who=person, headers=override)
    assert answer.json() == {"data": [], "has_more": False, "next_cursor": None}
    answer = api.send("GET", "/v1/topups?_method=POST", who=person)
    assert code_of(answer) == (400, "extra_forbidden")


def test_g13_a_parameter_twice_is_refused(api: Api, holder: Callable[..., Holder]) -> None:
    answer = api.send("GET", "/v1/records?limit=1&limit=100", who=holder())
    assert code_of(answer) == (400, "invalid_request")


def test_an_unknown_version_is_refused(api: Api) -> None:
    good = api.send("GET", "/health/live", headers={"okpay-version": "2026-11-01"})
    assert good.status_code == 200
    answer = api.send("GET", "/health/live", headers={"okpay-version": "1999-01-01"})
    assert code_of(answer) == (400, "version_not_supported")


def test_the_pace_of_a_token_is_limited(api: Api, holder: Callable[..., Holder]) -> None:
    from okpay.api.rates import RATES

    person = holder()
    burst = RATES.tokens.burst
    for _ in range(burst):
        RATES.tokens.take(person.secret)
    answer = api.send("GET", "/v1/me", who=person)
    assert code_of(answer) == (429, "rate_limited")
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.headers["ratelimit"].startswith('"token";r=0')
    assert api.send("GET", "/v1/me", who=holder()).status_code == 200


def test_bad_tokens_from_one_address_are_slowed_down(
    api: Api, holder: Callable[..., Holder]
) -> None:
    from dataclasses import replace

    person = holder()
    answers = [
        api.send("GET", "/v1/me", who=replace(person, secret=f"okpay_pat_{number}"))
        for number in range(32)
    ]
    codes = [code_of(answer) for answer in answers]
    assert codes[0] == (401, "unauthenticated")
    assert codes[-1] == (429, "rate_limited")


def test_health_does_not_count(api: Api) -> None:
    assert "ratelimit" not in api.send("GET", "/health/ready").headers
