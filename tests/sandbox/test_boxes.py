"""Mail and SMS viewers, the clock, and the two languages of the box."""

from __future__ import annotations

import json
import os
import re
import uuid
from pathlib import Path

import httpx
import pytest

from okpay.sandbox import texts
from tests.support.box import Box

TEMPLATES = Path(texts.__file__).parent / "templates"


def letter(to: str, **changed: str) -> dict[str, str]:
    return {"id": f"out_{uuid.uuid4().hex}", "to": to, "text": "hello", **changed}


@pytest.mark.parametrize("channel", ["mail", "sms"])
def test_a_message_arrives_once_per_id(box: Box, channel: str) -> None:
    to = f"{uuid.uuid4().hex}@people.example"
    message = letter(to)
    for _try in range(3):
        answer = httpx.post(f"{box.url}/{channel}/v1/messages", json=message, timeout=30)
        assert answer.status_code == 201
    assert [found["text"] for found in box.messages(channel, to)] == ["hello"]


def test_listing_is_by_exact_recipient_and_newest_first(box: Box) -> None:
    to = f"{uuid.uuid4().hex}@people.example"
    for text in ("one", "two"):
        httpx.post(f"{box.url}/mail/v1/messages", json=letter(to.upper(), text=text), timeout=30)
    httpx.post(f"{box.url}/mail/v1/messages", json=letter("x" + to), timeout=30)
    assert [found["text"] for found in box.messages("mail", to)] == ["two", "one"]


def test_links_are_clickable_and_markup_is_not(box: Box) -> None:
    text = "open http://127.0.0.1:9/verify?k=1&b=2. <script>alert(1)</script>"
    message = letter("a@people.example", text=text, subject="<b>hi</b>")
    httpx.post(f"{box.url}/mail/v1/messages", json=message, timeout=30)
    page = httpx.get(f"{box.url}/mail/{message['id']}", timeout=30).text
    assert '<a href="http://127.0.0.1:9/verify?k=1&amp;b=2" rel="noreferrer">' in page
    assert "<script>alert" not in page
    assert "<b>hi</b>" not in page


def test_html_mail_is_shown_without_scripts(box: Box) -> None:
    message = letter("a@people.example", html="<p>hi</p><script>alert(1)</script>")
    httpx.post(f"{box.url}/mail/v1/messages", json=message, timeout=30)
    policy = httpx.get(f"{box.url}/mail/{message['id']}/html", timeout=30).headers[
        "content-security-policy"
    ]
    assert policy.startswith("sandbox allow-popups")
    assert "allow-scripts" not in policy


def test_malformed_messages_are_refused(box: Box) -> None:
    url = f"{box.url}/mail/v1/messages"
    assert httpx.post(url, json={"id": "short"}, timeout=30).status_code == 400
    assert httpx.post(url, json=letter("a@b.cn", extra="x"), timeout=30).status_code == 400
    assert httpx.post(url, content=b"{", timeout=30).status_code == 400


@pytest.mark.parametrize("path", ["/", "/mail", "/sms", "/acquirer", "/clock", "/nothing"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_in_both_languages(box: Box, path: str, language: str) -> None:
    page = httpx.get(
        f"{box.url}{path}?lang={language}", headers={"accept": "text/html"}, timeout=30
    )
    assert page.status_code == (404 if path == "/nothing" else 200)
    words = re.sub(r"<[^>]+>|中文", "", page.text.split("<main", 1)[1])
    chinese = re.search(r"[\u4e00-\u9fff]", re.sub(r"</?[^>]*>", "", words.split("hello")[0]))
    assert bool(chinese) == (language == "zh-hans") or path in {"/mail", "/sms"}


def test_every_text_has_its_chinese_and_none_is_left_over() -> None:
    used: set[str] = set()
    for template in TEMPLATES.glob("*.html"):
        used |= set(re.findall(r'_\("((?:[^"\\]|\\.)*)"', template.read_text(encoding="utf-8")))
    from okpay.sandbox import faults

    states = {"open", "challenge", "charging", "processing", "succeeded", "declined", "canceled"}
    words = {*faults.API.values(), *faults.WEBHOOK.values(), *faults.ENDS.values()}
    used |= states | {"due", "sent", "dead", "lost"} | words
    known = json.loads(texts.CATALOGUE.read_text(encoding="utf-8"))
    assert set(known) == used
    for english, chinese in known.items():
        assert re.findall(r"%\(\w+\)s", english) == re.findall(r"%\(\w+\)s", chinese)


def test_the_clock_moves_forward_only(box: Box) -> None:
    from okpay.kernel import clock

    offset = Path(os.environ["OKPAY_HOME"]) / "clock.offset"
    before = clock.now()
    try:
        answer = httpx.post(f"{box.url}/clock/advance", json={"seconds": 7200}, timeout=30)
        assert answer.json()["offset"] == 7200
        assert (clock.now() - before).total_seconds() >= 7200
        assert (
            httpx.post(f"{box.url}/clock/advance", json={"seconds": -1}, timeout=30).status_code
            == 400
        )
        far = httpx.post(f"{box.url}/clock/advance", json={"seconds": 10**9}, timeout=30)
        assert far.status_code == 400
        assert (
            httpx.get(
                f"{box.url}/clock", headers={"accept": "application/json"}, timeout=30
            ).json()["offset"]
            == 7200
        )
    finally:
        offset.unlink(missing_ok=True)


def test_a_restart_forgets_nothing(tmp_path: Path) -> None:
    from okpay.sandbox.store import Store

    first = Store(tmp_path / "box.sqlite3")
    first.keep("faults", "{}")
    first.connection.close()
    second = Store(tmp_path / "box.sqlite3")
    assert second.setting("faults", "") == "{}"
    second.connection.close()
