"""Hostile case M8: nobody writes lines into the log, and no secret or address stands in it."""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings

import okpay
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.logs import Line, one_line
from okpay.kernel.money import Money, asset_of
from okpay.payments import operations
from okpay.payments.tasks import end_overdue
from tests.kernel.traces import TILL, till_of
from tests.support.people import MakePerson, Somebody

FORGED = "2026-03-01 09:30:00,000 INFO okpay money moved"
NAMES = [
    f"周晓宁\n{FORGED}",
    f"ok\r\n{FORGED}",
    "\x1b[2J\x1b[31mgone\x1b[0m",
    "a\x08\x08\x08b",
    "right\u202eto left",
    "next\u2028line\u2029and\x85more",
    "tab\tand\x00nul\x7f",
]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the product's own handler would write."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    formatters: Any = settings.LOGGING["formatters"]
    shape = formatters["line"]
    assert shape["class"] == "okpay.kernel.logs.Line"
    handler.setFormatter(Line(shape["format"], style="{"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield text
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.parametrize("name", NAMES)
def test_m8_a_name_stays_on_its_line(lines: io.StringIO, name: str) -> None:
    logging.getLogger("okpay.test").warning("%s was refused", name)
    written = lines.getvalue()
    assert written.endswith(" was refused\n")
    assert len(written.splitlines()) == 1
    assert written[:-1].isprintable()


def _fail(words: str) -> None:
    raise ValueError(words)


@pytest.mark.parametrize("name", NAMES)
def test_m8_what_an_exception_says_begins_no_line(lines: io.StringIO, name: str) -> None:
    try:
        _fail(name)
    except ValueError:
        logging.getLogger("okpay.test").exception("%s failed", name)
    first, *rest = lines.getvalue().splitlines()
    assert " ERROR okpay.test " in first
    assert rest
    assert all(line.startswith("  | ") and line.isprintable() for line in rest)


def test_m8_rows_that_the_database_tells_of_are_left_out(
    lines: io.StringIO, owner_connection: psycopg.Connection
) -> None:
    secret = "first line\nsecond@line.example"
    try:
        owner_connection.execute("CREATE TEMP TABLE odd (name text CHECK (length(name) < 5))")
        owner_connection.execute("INSERT INTO odd VALUES (%s)", [secret])
    except psycopg.Error:
        logging.getLogger("okpay.test").exception("not written")
    written = lines.getvalue()
    assert "  | DETAIL: not logged" in written
    assert "second@line.example" not in written


def test_plain_text_is_left_as_it_is() -> None:
    for text in ("周晓宁 paid ¥36.50 — thanks", "café 👋", "a | b\\n"):
        assert one_line(text) == text


def _live(ann: Somebody, ben: Somebody) -> list[str]:
    """Do what leaves traces, right and wrong; return what must not stand in any log."""
    money = Money(asset_of("CNY"), 500)
    stranger = "somebody.else@m8.example"
    for payee, pin in ((ben.email, ann.pin), (stranger, ann.pin), (ben.phone, "999999")):
        with contextlib.suppress(DomainError):
            quote = operations.quote_transfer(
                actor=ann.actor, payee=payee, money=money, memo="m8 dinner", now=clock.now()
            )
            operations.send_transfer(
                actor=ann.actor,
                intent_token=quote.intent_token,
                payment_password=pin,
                now=clock.now(),
            )
    token = till_of(ann)
    end_overdue.func(0)
    return [
        *(ann.email, ben.email, ann.phone, ben.phone, stranger, ann.pin, "999999", ann.password),
        *(token, TILL, "m8 dinner", ann.name, ben.name),
    ]


# What a log may not be given: names of values that hold secrets or say who somebody is.
PERSONAL = re.compile(
    r"(^|_)(e?mail|phone|alias|password|pin|secret|token|name|memo|label|address|recipient|text"
    r"|body|digest|key)s?$"
)
HARMLESS = {
    "job.task_name", "trail.name", "__name__", "type(error).__name__", "check.name",
}  # fmt: skip


def _given(call: ast.Call) -> Iterator[str]:
    for argument in call.args[1:]:
        for node in ast.walk(argument):
            if isinstance(node, ast.Name | ast.Attribute):
                yield ast.unparse(node)


def test_m8_no_log_is_given_what_is_personal() -> None:
    found = []
    for path in Path(okpay.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func.value) in {"log", "logger", "logging"}
            ):
                found += [
                    f"{path.name}:{node.lineno} {name}"
                    for name in _given(node)
                    if name not in HARMLESS and PERSONAL.search(name.rpartition(".")[2])
                ]
    assert found == []


def test_m8_a_day_of_payments_leaves_no_secret_in_the_log(
    lines: io.StringIO, make_person: MakePerson
) -> None:
    ann = make_person(name="欧阳若兰", cny="100.00")
    ben = make_person(name="司徒明远", cny="1.00")
    hidden = _live(ann, ben)
    written = lines.getvalue()
    assert [text for text in hidden if text in written] == []
