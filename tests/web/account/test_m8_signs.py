"""Hostile case M8: signing up and in leaves no secret in the log and none in a dump."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.test import Client

from okpay.identity.factors import authenticator_app
from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.kernel.actor import Actor
from okpay.kernel.crypto import blind
from okpay.kernel.logs import Line
from tests.identity.kit import PASSWORD
from tests.support.dump import OPEN, found_in_dump
from tests.web.account.kit import code_in, link_in, sign_in, sign_up, signed_in

Open = Callable[[], Client]
Texts = list[tuple[str, str, str]]
FORGED = "2026-03-01 09:30:00,000 INFO okpay money moved"


def _sign_up(client: Client, mailbox: list[Any], texts: Texts) -> tuple[Person, str]:
    """Register with a name that would begin a line of its own; return the code that came."""
    _, form = sign_up(client, name=f"Lin\x1b[2J Yue\n{FORGED}")
    if not mailbox:  # a name of that kind may be refused, which is as good
        _, form = sign_up(client)
    client.post(link_in(mailbox[0]))
    code = code_in(texts)
    client.post("/signup/phone", {"action": "verify", "code": code})
    assert signed_in(client)
    return Person.objects.get(email_index=form["email"]), code


def test_m8_signing_up_and_in_shows_no_secret_in_log_or_dump(
    browser: Open,
    mailbox: list[Any],
    texts: Texts,
    owner_connection: psycopg.Connection,
) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(Line("{asctime} {levelname} {name} {message}", style="{"))
    logging.getLogger().addHandler(handler)
    client = browser()
    try:
        person, code = _sign_up(client, mailbox, texts)
        sign_in(browser(), person.email, "not the password at all")
        sign_in(browser(), person.phone)
        secret = authenticator_app.begin(
            actor=Actor(person_id=person.id, kind="person", via="web"), now=clock.now()
        )
    finally:
        logging.getLogger().removeHandler(handler)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    secrets = [
        *(PASSWORD, "not the password at all", session, link_in(mailbox[0]).rpartition("/")[2]),
        *(secret.hex(), base64.b32encode(secret).decode()),
    ]
    personal = [person.email, person.phone]
    log = written.getvalue()
    assert [text for text in (*secrets, *personal, code, FORGED) if text in log] == []
    needles = dict.fromkeys(secrets, "secret") | dict.fromkeys(personal, "personal")
    needles[blind("email", person.email).hex()] = "index"  # so the search does find
    found = found_in_dump(owner_connection, needles)
    assert found["secret"] == set()
    assert found["personal"] - OPEN == set()
    assert found["index"] == {"identity_person.email_index", "account_emailaddress.email"}
