"""The documented examples, sent to the application; the documents themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from tests.api.conftest import Api, Holder

Made = Callable[..., Holder]
Fund = Callable[..., None]


def _names() -> list[str]:
    from okpay.api.examples import EXAMPLES

    return sorted(set(EXAMPLES) - {"watch_transfer", "create_topup", "read_payout_result"})


def _with_real_people(text: str, bob: Holder) -> str:
    return text.replace("bob@okpay.example", bob.email)


@dataclass
class World:
    """Alice who calls, Bob whom she pays, and a maker of what an example is about."""

    api: Api
    alice: Holder
    bob: Holder

    def make(self, name: str) -> str:
        """Make what the example of this name needs and return its id."""
        makers: dict[str, Callable[[], str]] = {
            "cancel_transfer": self.held,
            "create_refund": self.received,
            "claim_transfer": self.waiting_for_alice,
            "decline_transfer": self.waiting_for_alice,
            "decline_money_request": lambda: self.request(self.bob, self.alice),
        }
        by_kind = {
            "transfer": self.transfer,
            "record": self.transfer,
            "payee": self.payee,
            "request": self.request,
            "message": self.message,
            "topup": self.top_up,
            "payout": self.payout,
            "refund": self.refund,
            "refunds": self.received,
            "lines": self.payout,
        }
        return makers.get(name, by_kind[name.rpartition("_")[2]])()

    def _made(self, path: str, who: Holder, body: dict[str, Any]) -> str:
        answer = self.api.send("POST", path, who=who, key=str(uuid4()), body=body)
        return str(answer.json()["id"])

    def transfer(self, who: Holder | None = None, **changes: Any) -> str:
        body = {"payee": {"email": self.bob.email}, "amount": "1.00", "currency": "CNY"}
        return self._made("/v1/transfers", who or self.alice, {**body, **changes})

    def received(self) -> str:
        """A payment that Bob made to Alice."""
        return self.transfer(self.bob, payee={"email": self.alice.email})

    def refund(self) -> str:
        body = {"amount": "0.50", "currency": "CNY"}
        return self._made(f"/v1/transfers/{self.received()}/refunds", self.alice, body)

    def held(self) -> str:
        return self.transfer(payee={"email": f"no-{self.bob.email}"}, on_unknown_payee="invite")

    def waiting_for_alice(self) -> str:
        """Money that Bob sent to an address before Alice proved that it is hers."""
        from okpay.identity.models import Person

        later = f"later-{self.alice.email}"
        made = self.transfer(self.bob, payee={"email": later}, on_unknown_payee="invite")
        alice = Person.objects.get(pk=self.alice.id)
        alice.email = later
        alice.save(update_fields=["email"])
        return made

    def request(self, who: Holder | None = None, other: Holder | None = None) -> str:
        body = {"payer": {"email": (other or self.bob).email}, "amount": "1.00", "currency": "CNY"}
        return self._made("/v1/money_requests", who or self.alice, body)

    def payee(self) -> str:
        body = {"payee": {"email": self.bob.email}, "nickname": "Bobby"}
        return self._made("/v1/payees", self.alice, body)

    def payout(self) -> str:
        line = {"reference": "1", "payee": {"email": self.bob.email}, "amount": "1.00"}
        return self._made("/v1/payouts", self.alice, {"lines": [{**line, "currency": "CNY"}]})

    def message(self) -> str:
        from okpay.kernel.ids import encode
        from okpay.notices.operations import notify

        told = {"name": "x", "tail": "y"}
        made = notify(person_id=self.alice.id, code="token_created", params=told)
        assert made is not None
        return encode("msg", made.pk)

    def top_up(self) -> str:
        from okpay.funding.models import TopUp
        from okpay.kernel import clock
        from okpay.kernel.ids import encode

        made = TopUp.objects.create(
            person_id=self.alice.id,
            client_key=str(uuid4()),
            asset=156,
            amount=100,
            fee=0,
            provider="sandbox",
            created_at=clock.now(),
        )
        return encode("tup", made.pk)


@pytest.fixture
def world(api: Api, holder: Made, fund: Fund) -> World:
    """Two people with money, and one of everything in Alice's lists."""
    made = World(api, holder("Alice Wong"), holder("Bob Li"))
    fund(made.alice, "100.00")
    fund(made.bob, "100.00")
    for fill in (made.transfer, made.payee, made.message, made.top_up, made.request, made.payout):
        fill()
    return made


@pytest.mark.parametrize("name", _names())
def test_an_example_is_answered_as_documented(api: Api, world: World, name: str) -> None:
    from okpay.api.examples import EXAMPLES
    from okpay.api.routes import endpoints

    endpoint = next(e for e in endpoints() if e.name == name)
    example = EXAMPLES[name]
    path = endpoint.path
    if "{id}" in path:
        path = path.replace("{id}", world.make(name))
    if example.query:
        path = f"{path}?{_with_real_people(example.query, world.bob)}"
    answer = api.send(
        endpoint.method,
        path,
        who=world.alice,
        key="example" if endpoint.needs_key else None,
        body=json.loads(_with_real_people(json.dumps(example.body), world.bob)),
    )
    assert answer.status_code == endpoint.status, answer.text
    if endpoint.answer is None:
        assert answer.content == b""
        return
    shown = msgspec.json.decode(answer.content, type=endpoint.answer)
    assert shape_of(json.loads(answer.content)) == shape_of(example.answer)
    assert msgspec.json.encode(shown) == answer.content


def shape_of(value: Any) -> Any:
    """The names in a value, of lists those of the first row; texts and numbers say nothing."""
    if isinstance(value, dict):
        return {name: shape_of(part) for name, part in value.items() if isinstance(part, dict)} | {
            name: None for name, part in value.items() if not isinstance(part, dict | list)
        }
    return None


def test_the_document_is_openapi_3_1_in_two_languages(api: Api) -> None:
    english = api.send("GET", "/openapi.json").json()
    chinese = api.send("GET", "/openapi.json", headers={"accept-language": "zh"}).json()
    assert english["openapi"] == "3.1.0"
    assert set(english["paths"]) == set(chinese["paths"])
    text = english["paths"]["/v1/transfers"]["post"]["summary"]
    assert text == "Pay a person"
    assert chinese["paths"]["/v1/transfers"]["post"]["summary"] != text


def test_the_document_names_scope_key_and_codes(api: Api) -> None:
    operation = api.send("GET", "/openapi.json").json()["paths"]["/v1/transfers"]["post"]
    assert operation["security"] == [{"token": ["transfers:write"]}]
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"]
    assert "`insufficient_funds`" in operation["responses"]["422"]["description"]
    assert set(operation["responses"]) == {
        *("201", "202", "400", "401", "403", "409", "413", "415", "422", "429", "500", "503")
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_need_nothing_from_elsewhere(api: Api, language: str) -> None:
    answer = api.send("GET", f"/docs?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.text
    assert "<script" not in page
    assert "style=" not in page
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', page)
    files = [path for path in loaded if path.startswith("/docs/static/")]
    assert {api.send("GET", path).status_code for path in files} == {200}
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page


def test_the_pages_say_everything_about_every_endpoint(api: Api) -> None:
    from okpay.api.routes import endpoints

    page = api.send("GET", "/docs?lang=en").text
    for endpoint in endpoints():
        if endpoint.tag != "documents":
            assert f'id="{endpoint.name}"' in page


def test_the_catalogue_of_codes_is_public(api: Api) -> None:
    found = {row["code"]: row for row in api.send("GET", "/v1/errors").json()["data"]}
    row = found["insufficient_funds"]
    assert row["status"] == 422
    assert row["doc_url"].endswith("/help/codes/insufficient_funds")
    assert {"rate_limited", "payee_not_found", "top_up_too_small", "extra_forbidden"} <= set(found)
    for row in found.values():
        assert row["title"], row["code"]
