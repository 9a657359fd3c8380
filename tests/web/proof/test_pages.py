"""The page Proof of funds, the published totals, and the balance on a day."""

from __future__ import annotations

import hashlib
import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.ledger.liabilities import okpay_proof
from okpay.ledger.liabilities.models import Block
from tests.ledger.liabilities.town import DAY, Town
from tests.payments.wishes import send
from tests.web.proof.conftest import Visitor


def _text(answer: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(plain))


def _attributes(answer: Any) -> dict[str, str]:
    return dict(re.findall(r'data-([a-z]+)="([^"]*)"', answer.content.decode()))


@pytest.fixture
def ann(town: Town) -> UUID:
    """Somebody with ¥1,234.50 and ¥900 JPY at midnight, in a published total."""
    (made,) = town.rich(123_450)
    town.rich(77)
    town.sleep()
    town.publish()
    return made


def test_before_anything_is_published_the_page_says_so(
    town: Town, stranger: Client, visitor: Visitor
) -> None:
    (ann,) = town.rich(1)
    page = visitor(ann).get("/proof")
    assert page.status_code == 200
    assert "Nothing is published yet" in _text(page)
    assert "Nothing is published yet" in _text(stranger.get("/proof/published"))


def test_the_page_shows_the_total_the_day_and_what_the_script_needs(
    town: Town, visitor: Visitor, ann: UUID
) -> None:
    page = visitor(ann).get("/proof")
    text = _text(page)
    assert f"As of {town.day} 00:00:00" in text
    assert "Check in my browser" in text
    found = _attributes(page)
    assert (found["customer"], found["balance"]) == (encode("cus", ann), "1234.50")
    assert found["statement"] == f"/proof/published/{town.day}.txt"
    assert "no-store" in page.headers["Cache-Control"]


def test_the_file_is_a_proof_that_holds_and_the_text_is_its_statement(
    stranger: Client, town: Town, visitor: Visitor, ann: UUID
) -> None:
    client = visitor(ann)
    answer = client.get(html.unescape(_attributes(client.get("/proof"))["file"]))
    assert "attachment" in answer.headers["Content-Disposition"]
    found = okpay_proof.check(okpay_proof.read(answer.content))
    assert (found.customer, found.balance) == (encode("cus", ann), "1234.50")
    open_text = stranger.get(f"/proof/published/{town.day}.txt")
    assert open_text.content.decode() == found.statement
    assert open_text.headers["OKPay-Public-Key"] == found.public_key


def test_g1_a_proof_is_only_ever_ones_own(
    stranger: Client, visitor: Visitor, town: Town, ann: UUID
) -> None:
    assert stranger.get("/proof").status_code == 302
    assert stranger.get("/proof/file?currency=CNY").status_code == 302
    (eve,) = town.rich(1)  # joined after midnight
    assert visitor(eve).get(f"/proof/file?currency=CNY&customer={ann}").status_code == 404
    assert encode("cus", ann) not in visitor(eve).get("/proof").content.decode()


def test_who_joined_later_is_told_when_they_will_be_in(
    town: Town, visitor: Visitor, ann: UUID
) -> None:
    (late,) = town.rich(500)
    assert "You are not in this total yet" in _text(visitor(late).get("/proof"))


def test_m7_a_balance_that_is_not_in_the_tree_is_said_loudly(
    town: Town, visitor: Visitor, ann: UUID
) -> None:
    Block.objects.filter(tree__statement_id=town.day).delete()
    page = visitor(ann).get("/proof")
    assert "Your balance was not found in this total" in _text(page)
    assert 'role="alert"' in page.content.decode()
    assert "data-proof-check" not in page.content.decode()
    assert visitor(ann).get("/proof/file?currency=CNY").status_code == 404


def test_published_totals_are_open_to_everybody(stranger: Client, town: Town, ann: UUID) -> None:
    page = stranger.get("/proof/published")
    assert page.status_code == 200
    statement = stranger.get(f"/proof/published/{town.day}.txt").content
    content = page.content.decode()
    assert hashlib.sha256(statement).hexdigest() in content
    for line in statement.decode().splitlines()[4:]:
        assert line.split()[-1] in content  # the root
    assert stranger.get("/proof/published/2000-01-01.txt").status_code == 404
    assert stranger.get("/proof/published/yesterday.txt").status_code == 404


def test_the_verifier_is_handed_out_letter_by_letter(stranger: Client, town: Town) -> None:
    answer = stranger.get("/proof/okpay_proof.py")
    assert answer.content == Path(okpay_proof.__file__).read_bytes()
    page = stranger.get("/proof/published")
    assert hashlib.sha256(answer.content).hexdigest() in page.content.decode()


def test_an_older_day_can_be_checked_too(town: Town, visitor: Visitor, ann: UUID) -> None:
    first = town.day
    town.world.done(send(ann, "x@else.example", 450, invite=True))
    town.sleep()
    town.publish()
    answer = visitor(ann).get(f"/proof/file?currency=CNY&day={first}")
    assert okpay_proof.check(okpay_proof.read(answer.content)).day == str(first)
    page = _text(visitor(ann).get("/proof?day=nonsense"))
    assert f"As of {town.day}" in page


# ---- the balance on a day ----------------------------------------------------------------------


def test_the_balance_when_a_day_ended(town: Town, visitor: Visitor, ann: UUID) -> None:
    yesterday = town.day - DAY
    town.world.done(send(ann, "x@else.example", 450, invite=True))
    then = _text(visitor(ann).get(f"/balance?day={yesterday}"))
    assert "1,234 .50" in then or "1,234.50" in then
    assert "On hold" not in then
    now = _text(visitor(ann).get(f"/balance?day={town.day}"))
    assert "On hold" in now
    long_ago = _text(visitor(ann).get("/balance?day=2001-01-01"))
    assert "Movements by then 0" in long_ago


def test_a_day_to_come_and_no_day_are_refused_on_the_page(
    stranger: Client, town: Town, visitor: Visitor, ann: UUID
) -> None:
    client = visitor(ann)
    future = clock.now() + timedelta(days=3)
    page = client.get(f"/balance?day={future:%Y-%m-%d}")
    assert page.status_code == 422
    assert "This day has not come yet." in _text(page)
    for wrong in ("", "31.12.2026", "1000-01-01", "9999-12-31", "x"):
        assert client.get("/balance", {"day": wrong}).status_code == 422, wrong
    assert client.get("/balance").status_code == 200
    assert stranger.get("/balance").status_code == 302
