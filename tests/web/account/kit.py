"""What a person does in a browser, in one line each."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client

from okpay.kernel import clock
from tests.identity.kit import PASSWORD, fresh_email, fresh_phone

A_WHILE = timedelta(minutes=2)


def link_in(message: Any) -> str:
    """Return the path of the link in a mail."""
    found = re.search(r"https?://\S+", message.body)
    assert found is not None
    return urlsplit(found.group()).path


def code_in(sent: list[tuple[str, str, str]]) -> str:
    """Return the code of the latest text message."""
    found = re.search(r"\b\d{6}\b", sent[-1][1])
    assert found is not None
    return found.group()


def sign_up(client: Client, **changes: str) -> Any:
    """Fill in the registration form."""
    form = {
        "name": "Lin Yue",
        "region": "CN",
        "phone": fresh_phone(),
        "email": fresh_email(),
        "password1": PASSWORD,
        "adult": "on",
        **changes,
    }
    return client.post("/signup", form), form


def enter_password(client: Client, alias: str, password: str = PASSWORD) -> Any:
    """Fill in the sign-in form, and no more."""
    return client.post("/signin", {"login": alias, "password": password})


def sign_in(client: Client, alias: str, password: str = PASSWORD) -> Any:
    """Sign in; on a browser that is new, with the code that comes by mail."""
    answer = enter_password(client, alias, password)
    if answer.get("Location") != "/signin/second":
        return answer
    return client.post("/signin/second", {"way": "email", "code": mailed_code(client)})


def mailed_code(client: Client, page: str = "/signin/second") -> str:
    """Ask for a code by e-mail and take it out of the mailbox."""
    from okpay.identity.models import OneTimeCode

    # two sign-ins of one person follow each other faster here than people ask for codes
    OneTimeCode.objects.filter(purpose="sign_in").update(created_at=clock.now() - A_WHILE)
    client.post(page, {"way": "email", "action": "send"})
    found = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
    assert found is not None
    del mail.outbox[-1]
    return found.group()


def signed_in(client: Client) -> bool:
    """Whether this browser is signed in."""
    return client.get("/me").status_code == 200
