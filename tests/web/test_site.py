"""Appearance, language, guide, codes, error pages, installation: none asks a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver

from okpay.kernel.errors import WORDS
from okpay.web import catalogue
from okpay.web.pages import errors
from okpay.web.permissions import public

pytestmark = pytest.mark.no_database

POLICY = {
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.fixture
def client() -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    return Client(raise_request_exception=False)


def _cookie(client: Client, name: str) -> str:
    return client.cookies[name].value if name in client.cookies else ""


# ---- language and appearance ------------------------------------------------------------------


def test_chinese_is_the_default_and_the_switch_is_remembered(client: Client) -> None:
    assert '<html lang="zh-CN">' in client.get("/guide").content.decode()
    answer = client.post("/language", {"language": "en", "next": "/guide"})
    assert (answer.status_code, answer["Location"]) == (302, "/guide")
    assert _cookie(client, "okpay_language") == "en"
    page = client.get("/guide").content.decode()
    assert '<html lang="en">' in page
    assert "First steps" in page
    client.post("/language", {"language": "zh-hans", "next": "/guide"})
    assert "新手引导" in client.get("/guide").content.decode()


def test_an_unknown_language_changes_nothing(client: Client) -> None:
    client.post("/language", {"language": "xx", "next": "/guide"})
    assert _cookie(client, "okpay_language") == ""


@pytest.mark.parametrize(
    "away",
    ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example", ""],
)
def test_the_switch_never_leads_to_another_site(client: Client, away: str) -> None:
    answer = client.post("/language", {"language": "en", "next": away})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_appearance_is_in_the_first_byte_of_the_page(client: Client) -> None:
    client.post("/appearance", {"theme": "dark", "scale": "elder", "hide": "1", "next": "/guide"})
    page = client.get("/guide").content.decode()
    assert '<html lang="zh-CN" data-theme="dark" data-scale="elder" data-hide="1">' in page
    client.post("/appearance", {"theme": "", "scale": "", "hide": ""})
    assert '<html lang="zh-CN">' in client.get("/guide").content.decode()


def test_a_forged_appearance_cookie_is_not_printed(client: Client) -> None:
    client.cookies["okpay_theme"] = '"><script>'
    assert '<html lang="zh-CN">' in client.get("/guide").content.decode()


def test_appearance_changes_by_post_only(client: Client) -> None:
    assert client.get("/appearance").status_code == 405
    assert client.get("/language").status_code == 405


# ---- what a code means ------------------------------------------------------------------------


def test_every_code_is_explained_in_both_languages(client: Client) -> None:
    assert len(WORDS) > 20
    for code in WORDS:
        chinese, english = catalogue.entry(code, "zh-hans"), catalogue.entry(code, "en")
        assert chinese is not None
        assert english is not None
        assert all([english.title, english.message, chinese.title, chinese.message])
        assert "%(" not in english.message + chinese.message + english.remedy + chinese.remedy
        assert client.get(f"/help/codes/{code}").status_code == 200


def test_the_list_holds_every_code_and_can_be_searched(client: Client) -> None:
    page = client.get("/help/codes/").content.decode()
    assert [code for code in WORDS if f"/help/codes/{code}" not in page] == []
    found = client.get("/help/codes/", {"q": "INVALID_amount"}).content.decode()
    assert [code for code in WORDS if f'"/help/codes/{code}"' in found] == ["invalid_amount"]
    assert "没有符合的代码" in client.get("/help/codes/", {"q": "<b>zz"}).content.decode()


def test_a_code_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/help/codes/made_up").status_code == 404


def test_places_of_a_message_are_left_open_on_the_help_page() -> None:
    entry = catalogue.entry("invalid_amount", "en")
    assert entry is not None
    assert (
        entry.message == "Write the amount as a plain number above zero, with at most … decimals."
    )


def test_places_side_by_side_are_one_gap() -> None:
    entry = catalogue.entry("insufficient_funds", "en")
    assert entry is not None
    assert entry.message == "You are … short. Nothing was charged."


# ---- error pages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "status", "chinese"),
    [
        (errors.not_found, 404, "没有找到这一页"),
        (errors.forbidden, 403, "这一页不对你开放"),
        (errors.csrf_failure, 403, "这一页已过期"),
        (errors.server_error, 500, "页面出错了，是我们的问题"),
        (errors.unavailable, 503, "暂时连不上账本"),
        (errors.busy, 503, "现在登录的人太多"),
    ],
)
def test_an_error_page_says_what_happened_to_the_money(
    view: Callable[[HttpRequest], HttpResponse], status: int, chinese: str
) -> None:
    answer = view(RequestFactory().get("/"))
    page = answer.content.decode()
    assert answer.status_code == status
    assert chinese in page
    assert "钱" in page or "余额" in page or "付款" in page
    assert "req_" in page


def test_an_unknown_address_answers_our_page(client: Client) -> None:
    answer = client.get("/help/codes/no/such")
    assert answer.status_code == 404
    assert "你的钱没有变动" in answer.content.decode()


def _resolve_to(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    @public
    def broken(request: HttpRequest) -> HttpResponse:
        raise error

    resolver: URLResolver = get_resolver()
    match = resolver.resolve("/guide")
    monkeypatch.setattr(match, "func", broken)
    monkeypatch.setattr(type(resolver), "resolve", lambda _self, _path: match)


@pytest.mark.parametrize(
    ("error", "status", "retry"),
    [
        (PermissionDenied(), 403, None),
        (ValueError("secret detail"), 500, None),
        (OperationalError("connection to server failed: secret detail"), 503, "30"),
    ],
)
def test_a_failing_view_is_answered_calmly(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    retry: str | None,
) -> None:
    _resolve_to(monkeypatch, error)
    answer = client.get("/guide")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, retry)
    assert "secret detail" not in answer.content.decode()


def test_a_form_without_this_browsers_token_is_stopped() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language", {"language": "en"})
    assert answer.status_code == 403
    assert "钱没有动" in answer.content.decode()
    assert _cookie(client, "okpay_language") == ""


# ---- headers ----------------------------------------------------------------------------------


def test_every_page_carries_a_strict_policy(client: Client) -> None:
    answer = client.get("/gallery")
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert policy >= POLICY
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Permissions-Policy"].startswith("camera=(self)")


# ---- installation -----------------------------------------------------------------------------


def test_the_manifest_describes_an_installable_app(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    described = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert (described["display"], described["start_url"]) == ("standalone", "/")
    sizes = {(icon["sizes"], icon["purpose"]) for icon in described["icons"]}
    assert sizes == {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")}
    for icon in described["icons"]:
        answer = client.get(urlsplit(icon["src"]).path)
        assert b"".join(answer.streaming_content)[:8] == b"\x89PNG\r\n\x1a\n"  # type: ignore[attr-defined]  # reason: a file is streamed


def test_the_worker_stores_the_shell_and_nothing_personal(client: Client) -> None:
    answer = client.get("/sw.js")
    script = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    line = next(line for line in script.splitlines() if line.startswith("const SHELL"))
    stored = json.loads(
        line.split(" = ")[1]
        .replace("OFFLINE", '"/offline"')
        .rstrip(";")
        .encode()
        .decode("unicode_escape")
    )
    assert [path for path in stored if not path.startswith("/static/")] == ["/offline"]
    assert "cache.put" not in script


def test_the_page_without_network_holds_nothing_personal(client: Client) -> None:
    answer = client.get("/offline")
    assert answer.status_code == 200
    assert "你的钱没有因此变动" in answer.content.decode()
    assert answer["Cache-Control"] == "no-cache"
