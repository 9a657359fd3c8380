"""What a person does in a browser, in one line each."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from tests.identity.kit import PASSWORD, fresh_email, fresh_phone


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


def sign_in(client: Client, alias: str, password: str = PASSWORD) -> Any:
    """Fill in the sign-in form."""
    return client.post("/signin", {"login": alias, "password": password})


def signed_in(client: Client) -> bool:
    """Whether this browser is signed in."""
    return client.get("/me").status_code == 200
