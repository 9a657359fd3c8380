"""People signed in to the web app, for the money pages."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from django.conf import settings
from django.test import Client

from tests.support.people import MakePerson, Somebody

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response


class SignedIn(Protocol):
    """Sign a person in and return their browser."""

    def __call__(self, somebody: Somebody, language: str = "en") -> Client: ...


@pytest.fixture
def signed_in() -> SignedIn:
    """Sign a person in: `signed_in(person)` gives a browser of theirs, in English."""
    from okpay.identity.models import Person

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)

    def sign_in(somebody: Somebody, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        client.cookies["okpay_language"] = language
        backend = "okpay.identity.backend.PersonBackend"
        client.force_login(Person.objects.get(id=somebody.id), backend=backend)
        return client

    return sign_in


@pytest.fixture
def payer(make_person: MakePerson) -> Somebody:
    """Make a person with money."""
    return make_person("林知夏", cny="500.00")


@pytest.fixture
def payee(make_person: MakePerson) -> Somebody:
    """Make a person without money."""
    return make_person("周晓宁")


@dataclass(frozen=True)
class Walk:
    """A browser that walks the steps of a transfer."""

    client: Client

    def to(self, alias: str, *, invite: bool = False) -> str:
        """Choose a payee; return the address of the amount step."""
        form = {"payee": alias} | ({"invite": "1"} if invite else {})
        answer = self.client.post("/transfer", form)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def quote(self, amount_step: str, amount: str, memo: str = "", currency: str = "CNY") -> str:
        """Enter the amount; return the address of the confirmation."""
        form = {"amount": amount, "memo": memo, "currency": currency}
        answer = self.client.post(amount_step, form)
        assert answer.status_code == 302, answer.content.decode()
        return str(answer["Location"])

    def intent(self, confirm_step: str) -> str:
        """Return the intent that the confirmation carries."""
        found = re.search(r'name="intent" value="([^"]+)"', self.page(confirm_step))
        assert found is not None
        return found[1]

    def confirm(self, confirm_step: str, pin: str, intent: str = "") -> Response:
        """Enter the payment password for the intent."""
        form = {"intent": intent or self.intent(confirm_step), "payment_password": pin}
        return self.client.post(confirm_step, form)

    def pay(self, alias: str, amount: str, pin: str, **more: Any) -> Response:
        """Walk all steps."""
        invite = more.pop("invite", False)
        return self.confirm(self.quote(self.to(alias, invite=invite), amount, **more), pin)

    def page(self, path: str, status: int = 200) -> str:
        """Open a page and return its text, with entities resolved."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer
        return html.unescape(answer.content.decode())


def posted(somebody: Somebody, code: str = "CNY") -> tuple[str, str]:
    """Return what a person has: posted and held, as decimal texts."""
    from okpay.wallets.queries import balances

    for one in balances(somebody.id):
        if one.asset.code == code:
            return one.posted.decimal_string(), one.held.decimal_string()
    return "0", "0"


def count_records(somebody: Somebody) -> int:
    """Return how many records a person has."""
    from okpay.wallets.queries import visible_records

    return visible_records(somebody.id).count()


@pytest.fixture
def client_without_person() -> Walk:
    """Make a browser of somebody who is not signed in, in English."""
    client = Client(headers={"accept-language": "en"})
    client.cookies["okpay_language"] = "en"
    return Walk(client)
