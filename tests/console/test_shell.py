"""What all pages of the console share: the rail's numbers, isolated names, facts in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from okpay.console.pages.facts import lines_of
from okpay.identity.models import Person
from okpay.identity.staff import Role
from tests.console.kit import Worker, staff_client
from tests.support.people import MakePerson

Hire = Callable[..., Worker]
TEMPLATES = Path(__file__).resolve().parents[2] / "src/okpay/console/templates/console"
NAMES = (
    r"\b(face\.name|person\.name|payer_name|payee_name|owner|maker|about|who|counterparty"
    r"|locked_by|typed|row\.read|row\.before)"
)
SHOWN = re.compile(r"\{\{ [\w.]*" + NAMES + r"(\|[^}]*)? \}\}")
ISOLATED = (
    *("<bdi>", "<bdi><b>", '<span class="was">', "&#x2068;", 'value="', "“"),
    '<span class="avatar avatar--lg" aria-hidden="true">',
)


@pytest.mark.parametrize("roles", [("support",), tuple(Role)], ids=["one", "all"])
def test_the_rail_asks_one_question_whatever_it_shows(roles: tuple[str, ...], worker: Hire) -> None:
    client = staff_client(worker(*roles))
    client.get("/console/customers")
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/console/customers").status_code == 200
    assert len([one for one in seen if "kernel_approval" in one["sql"].lower()]) <= 1
    assert len(seen) == 3  # the session, the permissions, the rail


def test_the_overview_asks_nothing_twice(worker: Hire) -> None:
    client = staff_client(worker(*Role))
    client.get("/console/")
    with CaptureQueriesContext(connection) as seen:
        assert client.get("/console/").status_code == 200
    asked = [one["sql"] for one in seen]
    assert [sql for sql in asked if asked.count(sql) > 1] == []


def test_a_role_is_shown_and_measured_its_own_queues_only(worker: Hire) -> None:
    client = staff_client(worker("kyc"))
    with CaptureQueriesContext(connection) as seen:
        page = client.get("/console/").content.decode()
    assert "/console/tickets" not in page
    assert [one for one in seen if "support_ticket" in one["sql"]] == []


def test_n_names_never_turn_the_words_around_them() -> None:
    bare = [
        f"{path.name}: {found.group()}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for text in [path.read_text(encoding="utf-8")]
        for found in SHOWN.finditer(text)
        if not text[: found.start()].endswith(ISOLATED)
    ]
    assert bare == []


def test_n_a_name_written_from_the_right_is_isolated(worker: Hire, make_person: MakePerson) -> None:
    somebody = make_person()
    Person.objects.filter(pk=somebody.id).update(name="שרה לוי")
    page = staff_client(worker("support")).get("/console/customers", {"q": somebody.email})
    shown = staff_client(worker("support")).get(page.headers["Location"]).content.decode()
    assert "<bdi>ש*ה ל*י</bdi>" in shown


def test_facts_are_lines_in_words_of_both_languages() -> None:
    facts = {"old": ["kyc"], "new": [], "full": True, "unheard_of": {"way": "sms"}, "until": None}
    with translation.override("en"):
        assert [(str(word), text) for word, text in lines_of(facts)] == [
            ("Before", "kyc"), ("After", "—"), ("With documents", "yes"),
            ("unheard_of", "Way: sms"), ("Until", "—"),
        ]  # fmt: skip
    with translation.override("zh-hans"):
        assert [(str(word), text) for word, text in lines_of(facts)][2] == ("含证件", "是")
