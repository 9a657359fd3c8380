"""Passwords of breaches are refused; what cannot be asked lets them pass, and says so."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.exceptions import ValidationError

from okpay.identity.safety import breached
from okpay.identity.safety.providers.base import BreachServiceError
from okpay.identity.safety.providers.pwned.client import RangeClient

pytestmark = pytest.mark.no_database
STOLEN = "correct horse battery staple"
SAFE = "seven quiet rivers run"
LISTED = [f"password number {number} of many" for number in range(300)]


@pytest.fixture(params=["\n", "\r\n"], ids=["lf", "crlf"])
def listed(request: Any, tmp_path: Path, settings: Any) -> Path:
    digests = sorted(breached.digest_of(text) for text in (STOLEN, *LISTED))
    path = tmp_path / "pwned.txt"
    lines = (f"{digest}:{at + 1}" for at, digest in enumerate(digests))
    path.write_bytes((request.param.join(lines) + request.param).encode())
    settings.OKPAY_BREACH_FILE = str(path)
    settings.OKPAY_BREACH_URL = ""
    return path


def test_every_line_of_the_file_is_found_and_nothing_else(listed: Path) -> None:
    assert all(breached.is_breached(text) for text in (STOLEN, *LISTED))
    assert not any(breached.is_breached(f"{text}!") for text in LISTED)
    with pytest.raises(ValidationError) as refused:
        breached.BreachedRule().validate(STOLEN)
    assert refused.value.code == "password_breached"
    breached.BreachedRule().validate(SAFE)


@pytest.mark.parametrize("content", [b"", b"\n", b"junk", b"0" * 500])
def test_an_odd_file_finds_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.txt"
    path.write_bytes(content)
    assert breached.in_file(breached.digest_of(STOLEN), str(path)) is False


def test_a_missing_file_lets_pass_and_says_so(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OKPAY_BREACH_FILE, settings.OKPAY_BREACH_URL = str(tmp_path / "none"), ""
    breached.BreachedRule().validate(STOLEN)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert STOLEN not in caplog.text


def service(monkeypatch: pytest.MonkeyPatch, answer: Any) -> list[httpx.Request]:
    asked: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, text=answer)

    client = RangeClient("https://range.example/", httpx.MockTransport(handle))
    monkeypatch.setattr(breached, "service", lambda: client)
    return asked


def test_the_service_hears_five_digits_only(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.OKPAY_BREACH_FILE = ""
    digest = breached.digest_of(STOLEN)
    asked = service(monkeypatch, f"{'0' * 35}:3\r\n{digest[5:]}:71\r\n{'F' * 35}:0\r\n")
    with pytest.raises(ValidationError):
        breached.BreachedRule().validate(STOLEN)
    assert [str(request.url) for request in asked] == [f"https://range.example/range/{digest[:5]}"]
    assert asked[0].headers["add-padding"] == "true"
    assert b"".join(request.content for request in asked) == b""


def test_padding_counts_as_nothing(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.OKPAY_BREACH_FILE = ""
    service(monkeypatch, f"{breached.digest_of(STOLEN)[5:]}:0\r\n")
    breached.BreachedRule().validate(STOLEN)


def test_a_slow_service_lets_pass_and_says_so(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.OKPAY_BREACH_FILE = ""
    service(monkeypatch, httpx.ReadTimeout("slow"))
    breached.BreachedRule().validate(STOLEN)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert (STOLEN in caplog.text, breached.digest_of(STOLEN)[:5] in caplog.text) == (False, False)


def test_an_answer_that_is_too_long_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    service(monkeypatch, "x" * 600_000)
    found = breached.service()
    assert found is not None
    with pytest.raises(BreachServiceError):
        found.suffixes("00000")


def test_without_a_list_nothing_is_asked(settings: Any) -> None:
    settings.OKPAY_BREACH_FILE, settings.OKPAY_BREACH_URL = "", ""
    assert breached.service() is None
    assert breached.is_breached(STOLEN) is False
