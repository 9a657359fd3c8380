"""G1: what belongs to somebody else is not there. Made from the documents, for every route."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Api, Holder, available, code_of

Made = Callable[..., Holder]
Fund = Callable[..., None]


@pytest.fixture
def owned(api: Api, holder: Made, fund: Fund) -> tuple[Holder, dict[str, str]]:
    """Somebody who owns one of everything that has an id."""
    from okpay.funding.models import TopUp
    from okpay.kernel import clock
    from okpay.kernel.ids import encode, new_uuid
    from okpay.notices.operations import notify

    alice, bob = holder(), holder()
    fund(alice, "50.00")
    invite = {
        "payee": {"email": f"nobody-{alice.email}"},
        "amount": "5.00",
        "currency": "CNY",
        "on_unknown_payee": "invite",
    }
    sent = api.send("POST", "/v1/transfers", who=alice, key="own", body=invite)
    payee = api.send("POST", "/v1/payees", who=alice, body={"payee": {"email": bob.email}})
    asked = {"payer": {"email": bob.email}, "amount": "1.00", "currency": "CNY"}
    request = api.send("POST", "/v1/money_requests", who=alice, key="own", body=asked)
    message = notify(
        person_id=alice.id, code="token_created", params={"name": "x", "tail": "y"}, dedupe=None
    )
    assert message is not None
    top_up = TopUp.objects.create(
        person_id=alice.id,
        client_key="own",
        asset=156,
        amount=100,
        fee=0,
        provider="sandbox",
        created_at=clock.now(),
    )
    strange = new_uuid()  # kinds of records that nobody has made here: nobody's is not found either
    return alice, {
        **{prefix: encode(prefix, strange) for prefix in ("pay", "rfd", "cnv", "adj", "pyt")},
        "trf": sent.json()["id"],
        "pye": payee.json()["id"],
        "req": request.json()["id"],
        "msg": encode("msg", message.pk),
        "tup": encode("tup", top_up.pk),
    }


def test_g1_everything_of_somebody_else_is_404(
    api: Api, holder: Made, owned: tuple[Holder, dict[str, str]]
) -> None:
    from okpay.api.examples import EXAMPLES
    from okpay.api.routes import endpoints

    alice, things = owned
    mallory = holder()
    before = available(api, alice)
    with_ids = [e for e in endpoints() if "{id}" in e.path]
    assert {prefix for e in with_ids for prefix in e.prefixes} == set(things)
    for endpoint in with_ids:
        for prefix in endpoint.prefixes:
            answer = api.send(
                endpoint.method,
                endpoint.path.replace("{id}", things[prefix]),
                who=mallory,
                key="g1" if endpoint.needs_key else None,
                body=EXAMPLES[endpoint.name].body,
            )
            code = code_of(answer)
            if endpoint.name in {"claim_transfer", "decline_transfer"}:
                # Money that waits for an unregistered address: the link alone opens nothing.
                assert code == (404, "transfer_not_found")
            else:
                assert code[0] == 404, endpoint.name
    assert available(api, alice) == before
    for prefix, path in (
        *(("trf", "transfers"), ("pye", "payees"), ("req", "money_requests")),
        *(("tup", "topups"), ("trf", "records")),
    ):
        mine = api.send("GET", f"/v1/{path}/{things[prefix]}", who=alice)
        assert mine.status_code == 200
        assert mine.json()["id"] == things[prefix]
    assert api.send("GET", f"/v1/payees/{things['pye']}", who=alice).json()["nickname"] == ""


def test_g1_ids_of_another_kind_or_form_are_404(
    api: Api, owned: tuple[Holder, dict[str, str]]
) -> None:
    alice, things = owned
    bad = [
        *(
            things["pye"],
            things["trf"].upper(),
            things["trf"] + "0",
            "trf_",
            "1",
            "%00",
            "..",
            "null",
        ),
        *("trf_zzzzzzzzzzzzzzzzzzzzzzzzzz", things["trf"].replace("trf_", "tup_")),
    ]
    for text in bad:
        answer = api.send("GET", f"/v1/transfers/{text}", who=alice)
        assert code_of(answer)[0] == 404, text


def test_g1_lists_show_only_ones_own(
    api: Api, holder: Made, owned: tuple[Holder, dict[str, str]]
) -> None:
    from okpay.api.routes import endpoints

    _alice, things = owned
    mallory = holder()
    lists = [e for e in endpoints() if e.name.startswith("list_") and e.scope != "public"]
    assert len(lists) >= 7
    for endpoint in lists:
        place = endpoint.path.replace("{id}", things["trf"])
        answer = api.send("GET", place, who=mallory)
        assert answer.status_code == (404 if "{id}" in endpoint.path else 200)
        assert not any(value in json.dumps(answer.json()) for value in things.values())


def test_g14_looking_up_people_is_masked_and_limited(api: Api, holder: Made) -> None:
    from okpay.api.rates import RATES

    alice, bob = holder(), holder("Bob Li")
    found = api.send("GET", f"/v1/people/lookup?alias={bob.email}", who=alice).json()
    assert found == {
        "id": bob.public_id,
        "name_masked": "B*b *i",
        "address_masked": f"{bob.email[0]}***{bob.email.split('@')[0][-1]}@mail.example",
        "verified": True,
        "first_time": True,
    }
    answers: list[Any] = [
        api.send("GET", f"/v1/people/lookup?alias=n{number}@x.example", who=alice)
        for number in range(RATES.people.burst)
    ]
    codes = [code_of(answer) for answer in answers]
    assert codes[0] == (422, "payee_not_found")
    assert codes[-1] == (429, "rate_limited")
    quote = {"payee": {"email": bob.email}, "amount": "1.00", "currency": "CNY"}
    assert code_of(api.send("POST", "/v1/quotes", who=alice, body=quote))[0] == 429
    assert api.send("GET", f"/v1/people/lookup?alias={alice.email}", who=bob).status_code == 200


@pytest.mark.parametrize(
    "field", [{"owner": "cus_1"}, {"person_id": "cus_1"}, {"payee": {"email": "a@b.example"}}]
)
def test_g3_a_saved_payee_is_not_moved_to_another_owner(
    api: Api, owned: tuple[Holder, dict[str, str]], field: dict[str, Any]
) -> None:
    alice, things = owned
    path = f"/v1/payees/{things['pye']}"
    before = api.send("GET", path, who=alice).json()
    answer = api.send("PATCH", path, who=alice, body={"nickname": "x", **field})
    assert code_of(answer) == (400, "extra_forbidden")
    assert api.send("GET", path, who=alice).json() == before


def test_payees_are_saved_renamed_and_forgotten(api: Api, holder: Made) -> None:
    alice, bob = holder(), holder("Bob Li")
    body = {"payee": {"phone": bob.phone}, "nickname": "Bobby"}
    made = api.send("POST", "/v1/payees", who=alice, body=body)
    assert made.status_code == 201
    path = f"/v1/payees/{made.json()['id']}"
    changed = api.send("PATCH", path, who=alice, body={"nickname": "Rob"}).json()
    assert changed == {**made.json(), "nickname": "Rob"}
    assert api.send("GET", "/v1/payees?q=rob", who=alice).json()["data"] == [changed]
    gone = api.send("DELETE", path, who=alice)
    assert (gone.status_code, gone.content) == (204, b"")
    assert code_of(api.send("GET", path, who=alice)) == (404, "saved_payee_not_found")


def test_money_is_asked_for_declined_and_withdrawn(api: Api, holder: Made) -> None:
    alice, bob = holder(), holder("Bob Li")
    asked = {"payer": {"email": bob.email}, "amount": "12.00", "currency": "CNY", "memo": "Film"}
    first = api.send("POST", "/v1/money_requests", who=alice, key="m1", body=asked)
    assert first.status_code == 201
    again = api.send("POST", "/v1/money_requests", who=alice, key="m1", body=asked)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    other = api.send("POST", "/v1/money_requests", who=alice, key="m1", body={**asked, "memo": ""})
    assert code_of(other) == (422, "idempotency_key_reused")
    assert len(api.send("GET", "/v1/money_requests", who=bob).json()["data"]) == 1
    path = f"/v1/money_requests/{first.json()['id']}"
    assert api.send("GET", path, who=bob).json()["direction"] == "in"
    declined = api.send("POST", f"{path}/decline", who=bob, key="m1")
    assert declined.json()["status"] == "declined"
    late = api.send("POST", f"{path}/cancel", who=alice, key="m2")
    assert code_of(late) == (409, "request_not_open")
    kept = api.send("POST", f"{path}/cancel", who=alice, key="m2")
    assert (kept.content, kept.headers["idempotent-replayed"]) == (late.content, "true")


def test_b1_the_same_request_for_money_20_times_at_once_asks_once(api: Api, holder: Made) -> None:
    alice, bob = holder(), holder()
    asked = {"payer": {"email": bob.email}, "amount": "12.00", "currency": "CNY"}
    call = ("POST", "/v1/money_requests", alice, "m", asked)
    answers = api.together([call] * 20)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {code_of(a)[1] for a in answers if a.status_code == 409} <= {"idempotency_in_progress"}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert len(api.send("GET", "/v1/money_requests", who=bob).json()["data"]) == 1


def test_g1_a_door_that_was_tried_stands_in_the_log(
    api: Api,
    holder: Made,
    owned: tuple[Holder, dict[str, str]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    _alice, things = owned
    mallory = holder()
    caplog.set_level("INFO", logger="okpay")
    api.send("GET", f"/v1/payees/{things['pye']}", who=mallory)
    assert str(mallory.token_id) in caplog.text
    assert things["pye"] in caplog.text
    assert mallory.secret not in caplog.text


def test_m8_an_address_cannot_write_lines_into_the_log(
    api: Api, holder: Made, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="okpay")
    api.send("GET", "/v1/payees/a%0d%0aERROR%20forged%1b[31m", who=holder())
    assert "forged" in caplog.text
    assert all(text not in caplog.messages[-1] for text in ("\n", "\r", "\x1b"))
