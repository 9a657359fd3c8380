"""Webhooks of the acquirer: who may speak, and what may be said only once."""

from __future__ import annotations

import base64
import json
import threading
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from okpay.funding import booking, operations, reports, tasks
from okpay.funding.models import Anomaly, TopUp, TopUpEvent, WebhookReceipt
from okpay.kernel import clock
from okpay.kernel.ids import encode, new_uuid
from okpay.wallets.models import Record
from tests.funding.steps import (
    anomalies,
    balance,
    begin,
    deliver,
    event,
    paid,
    post,
    signed,
    state_of,
)
from tests.support.box import Box
from tests.support.people import MakePerson

OTHER = "whsec_" + base64.b64encode(b"x" * 32).decode()


def test_a_confirmed_payment_is_credited_once_with_its_record(
    box: Box, make_person: MakePerson
) -> None:
    person = make_person()
    view = paid(box, person)
    assert deliver(event(view)) == 200
    assert (state_of(view), balance(person)) == ("succeeded", 10_000)
    record = Record.objects.get(pk=view.id)
    assert (record.label, int(record.amount), int(record.fee)) == ("Visa •••• 4242", 10_000, 0)
    steps = TopUpEvent.objects.filter(top_up=view.id).order_by("pk")
    assert list(steps.values_list("new", "source")) == [
        ("redirected", "person"),
        ("confirmed", "webhook"),
        ("succeeded", "engine"),
    ]


@pytest.mark.parametrize(
    "attack",
    [
        "none",
        "empty",
        "other_key",
        "v1a",
        "other_body",
        "reserialised",
        "no_id",
        "garbage",
        "utf16",
    ],
)
def test_j1_unsigned_words_change_nothing(box: Box, make_person: MakePerson, attack: str) -> None:
    person = make_person()
    view = begin(person)
    told = event(view)
    body = json.dumps(told).encode()
    headers = signed(body, secret=OTHER if attack == "other_key" else "")
    if attack == "none":
        headers = {}
    if attack == "empty":
        headers["webhook-signature"] = ""
    if attack == "v1a":
        headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v1a,")
    if attack == "other_body":
        body = body.replace(b"100.00", b"999.00")
    if attack == "reserialised":
        body = json.dumps(told, indent=1).encode()
    if attack == "no_id":
        del headers["webhook-id"]
    if attack == "garbage":
        headers["webhook-signature"] = "v1,%%% nonsense"
    if attack == "utf16":
        body = body.decode().encode("utf-16")
    assert post(body, headers).status_code == 401
    assert (state_of(view), balance(person), anomalies(view)) == ("redirected", 0, [])


def test_j1_only_post(box: Box) -> None:
    from django.test import Client

    assert Client(HTTP_HOST="localhost").get("/hooks/acquirer").status_code == 405


@pytest.mark.parametrize("age", [301, 3600, -360])
def test_j2_old_and_future_messages_are_refused(
    box: Box, make_person: MakePerson, age: float
) -> None:
    person = make_person()
    view = begin(person)
    assert deliver(event(view), age=age) == 401
    assert (state_of(view), balance(person)) == ("redirected", 0)


def test_j2_a_hundred_copies_have_one_effect(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view = paid(box, person)
    name = f"evt_{new_uuid().hex}"
    statuses: list[int] = []

    def copies() -> None:
        statuses.extend(deliver(event(view), webhook_id=name) for _ in range(25))
        connection.close()

    threads = [threading.Thread(target=copies) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 100
    assert balance(person) == 10_000
    assert WebhookReceipt.objects.filter(webhook_id=name).count() == 1


def test_j2_other_ids_about_the_same_payment_credit_it_once(
    box: Box, make_person: MakePerson
) -> None:
    person = make_person()
    view = paid(box, person)
    assert [deliver(event(view)) for _ in range(5)] == [200] * 5
    assert (balance(person), anomalies(view)) == (10_000, [])


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"amount": {"amount": "1000.00", "currency": "CNY"}}, "amount_mismatch"),
        ({"amount": {"amount": "100", "currency": "CNY"}}, "amount_mismatch"),
        ({"amount": {"amount": "100.00", "currency": "JPY"}}, "currency_mismatch"),
        ({"id": "acq_of_somebody_else"}, "provider_id_mismatch"),
    ],
)
def test_j4_what_does_not_match_is_an_anomaly_and_no_credit(
    box: Box, make_person: MakePerson, changed: dict[str, Any], kind: str
) -> None:
    person = make_person()
    view = begin(person)
    assert deliver(event(view, **changed)) == 200
    assert (state_of(view), balance(person), anomalies(view)) == ("redirected", 0, [kind])


def test_c12_paid_in_another_currency_is_not_paid(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view = begin(person, "100.00", "USD")
    deliver(event(view, amount={"amount": "100.00", "currency": "JPY"}))
    assert (balance(person, "USD"), balance(person, "JPY")) == (0, 0)
    assert anomalies(view) == ["currency_mismatch"]


@pytest.mark.parametrize("style", ["unicode", "escaped", "spaces", "order"])
def test_j5_the_raw_bytes_are_what_is_signed(box: Box, make_person: MakePerson, style: str) -> None:
    person = make_person()
    view = paid(box, person)
    told = {**event(view), "note": "幸运面馆 é/ü"}
    text = {
        "unicode": json.dumps(told, ensure_ascii=False),
        "escaped": json.dumps(told).replace("/", "\\/"),
        "spaces": json.dumps(told, indent=4) + "\n\n",
        "order": json.dumps(dict(reversed(told.items())), separators=(",", ":")),
    }[style]
    body = text.encode()
    assert post(body, signed(body)).status_code == 200
    assert balance(person) == 10_000


@pytest.mark.parametrize("later", ["open", "processing", "succeeded"])
def test_j7_a_step_back_is_ignored(box: Box, make_person: MakePerson, later: str) -> None:
    person = make_person()
    view = paid(box, person)
    deliver(event(view))
    assert deliver(event(view, later)) == 200
    assert (state_of(view), balance(person), anomalies(view)) == ("succeeded", 10_000, [])


def test_j7_taking_a_success_back_is_an_anomaly(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view = paid(box, person)
    deliver(event(view))
    assert deliver(event(view, "declined")) == 200
    assert (state_of(view), balance(person)) == ("succeeded", 10_000)
    assert anomalies(view) == ["taken_back"]


def test_e5_an_order_that_never_was_is_an_anomaly(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view = begin(person)
    foreign = encode("tup", new_uuid())
    assert deliver(event(view, reference=foreign)) == 200
    assert deliver(event(view, reference="trf_1")) == 200
    assert Anomaly.objects.filter(facts={"reference": foreign}).count() == 1
    assert (state_of(view), balance(person)) == ("redirected", 0)


def test_e5_another_persons_order_is_not_credited(box: Box, make_person: MakePerson) -> None:
    person, thief = make_person(), make_person()
    mine, theirs = begin(person), begin(thief)
    assert deliver(event(mine, reference=theirs.public_id)) == 200
    assert (balance(person), balance(thief)) == (0, 0)
    assert anomalies(theirs) == ["provider_id_mismatch"]


@pytest.mark.parametrize("end", ["declined", "canceled"])
def test_e5_success_after_the_end_is_an_anomaly(
    box: Box, make_person: MakePerson, end: str
) -> None:
    person = make_person()
    view = begin(person)
    deliver(event(view, end))
    assert deliver(event(view)) == 200
    assert (state_of(view), balance(person)) == (end, 0)
    assert anomalies(view) == ["late_success"]


def test_j8_a_crash_while_booking_leaves_it_to_the_job(
    box: Box, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person()
    view = paid(box, person)
    with monkeypatch.context() as patch:
        patch.setattr(booking, "book", lambda *_: 1 / 0)
        assert deliver(event(view)) == 200
    assert (state_of(view), balance(person)) == ("confirmed", 0)
    args = {"top_up_id": str(view.id)}
    jobs = ProcrastinateJob.objects.filter(task_name="okpay.funding.tasks.settle", args=args)
    assert jobs.count() == 1
    for _run in range(3):
        operations.settle(top_up_id=view.id, now=clock.now())
    assert (state_of(view), balance(person)) == ("succeeded", 10_000)


def test_j8_a_crash_after_booking_does_not_credit_again(
    box: Box, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person()
    view = paid(box, person)
    with monkeypatch.context() as patch:
        patch.setattr(operations, "_settled", lambda *_, **__: 1 / 0)
        assert deliver(event(view)) == 200
    assert (state_of(view), balance(person)) == ("confirmed", 10_000)
    operations.settle(top_up_id=view.id, now=clock.now())
    assert (state_of(view), balance(person)) == ("succeeded", 10_000)


def test_j8_a_crash_while_taking_in_is_a_500_and_the_retry_works(
    box: Box, make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = make_person()
    view = paid(box, person)
    name = f"evt_{new_uuid().hex}"
    with monkeypatch.context() as patch:
        patch.setattr(reports, "_advance", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver(event(view), webhook_id=name)
    assert not WebhookReceipt.objects.filter(webhook_id=name).exists()
    assert deliver(event(view), webhook_id=name) == 200
    assert balance(person) == 10_000


def test_m2_j1_a_confirmation_that_only_our_own_table_knows_is_not_credited(
    box: Box, make_person: MakePerson
) -> None:
    person = make_person()
    view = begin(person)
    TopUp.objects.filter(pk=view.id).update(state="confirmed", card_brand="visa")
    forged = TopUp.objects.create(
        person_id=person.id, client_key=str(new_uuid()), asset=156, amount=9_999_999, fee=0,
        state="confirmed", provider="sandbox", created_at=clock.now(),
    )  # fmt: skip
    for top_up_id in (view.id, forged.pk):
        tasks.settle(top_up_id=str(top_up_id))
        assert list(Anomaly.objects.filter(top_up=top_up_id).values_list("kind", flat=True)) == [
            "not_charged"
        ]
    assert balance(person) == 0
    assert not Record.objects.filter(pk__in=[view.id, forged.pk]).exists()


def test_m2_j4_a_charge_of_less_than_the_row_says_is_not_credited(
    box: Box, make_person: MakePerson
) -> None:
    person = make_person()
    view = paid(box, person)
    TopUp.objects.filter(pk=view.id).update(state="confirmed", amount=9_999_999)
    tasks.settle(top_up_id=str(view.id))
    assert (state_of(view), balance(person), anomalies(view)) == ("confirmed", 0, ["not_charged"])


def test_a_webhook_faster_than_our_own_writing(box: Box, make_person: MakePerson) -> None:
    from okpay.funding.schemas import Opened

    person = make_person()
    view = paid(box, person)
    told = event(view)
    TopUp.objects.filter(pk=view.id).update(state="created", provider_id="", hosted_url="")
    assert deliver(told) == 200
    opened = Opened(told["data"]["id"], view.hosted_url)
    after = operations._redirect(view.id, opened, clock.now())  # noqa: SLF001 — the slower step
    assert (after.state, balance(person)) == ("succeeded", 10_000)


def test_a_body_too_large_is_refused(box: Box) -> None:
    assert post(b"x" * 70_000, {}).status_code == 413
