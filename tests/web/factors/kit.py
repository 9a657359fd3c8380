"""What a person with a second factor does in a browser."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from django.test import Client
from django.utils import timezone

from okpay.identity.factors import totp
from tests.identity.factors.kit import early_in_a_step
from tests.identity.factors.soft_key import SoftKey

SECOND = "/signin/second"
CONFIRM = "/security/confirm"


def app_code(secret: bytes) -> str:
    """What the app shows now, and for some seconds more."""
    early_in_a_step()
    return totp.code_at(secret, totp.step_of(timezone.now()))


def forget_steps() -> None:
    """Let the present code work again, where a person would wait half a minute."""
    from okpay.identity.factors.models import AuthenticatorApp

    AuthenticatorApp.objects.update(last_step=-1)


def options_on(client: Client, page: str) -> dict[str, Any]:
    """Return the options for the passkey that a page carries."""
    found = re.search(r'data-options="([^"]*)"', client.get(page).content.decode())
    assert found is not None
    options: dict[str, Any] = json.loads(html.unescape(found[1]))
    return options


def show_key(client: Client, key: SoftKey, page: str = SECOND, **lies: Any) -> Any:
    """Answer a page that asks for the passkey."""
    answer = key.signed(options_on(client, page), **lies)
    return client.post(page, {"way": "passkey", "response": answer})


def sign_in_by_key(client: Client, key: SoftKey, **lies: Any) -> Any:
    """Sign in without a password."""
    options = client.post("/signin/passkey/options").json()
    return client.post("/signin/passkey", {"response": key.signed(options, **lies)})


def type_code(client: Client, way: str, code: str, page: str = SECOND, **more: str) -> Any:
    """Type a code into a page that asks for one."""
    return client.post(page, {"way": way, "code": code, **more})
