"""Beginning a top-up: bounds, one request one top-up, and an acquirer that is away."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from okpay.funding import operations, queries, rules
from okpay.funding.errors import (
    AcquirerUnavailableError,
    TooManyTopUpsError,
    TopUpKeyReusedError,
    TopUpNotFoundError,
    TopUpTooLargeError,
    TopUpTooSmallError,
)
from okpay.funding.models import TopUp
from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.kernel.models import AuditRow
from okpay.kernel.money import UnsupportedAssetError
from tests.funding.steps import balance, begin, state_of
from tests.support.box import Box
from tests.support.people import MakePerson


def test_it_leads_to_the_acquirers_own_page(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view = begin(person, "36.50")
    assert view.hosted_url.startswith(f"{box.url}/acquirer/pay/acq_")
    assert (view.state, view.fee.minor, view.credited.minor) == ("redirected", 0, 3650)
    found = box.payment(view.public_id)
    assert found["amount"] == {"amount": "36.50", "currency": "CNY"}
    assert balance(person) == 0
    row = AuditRow.objects.get(subject=view.public_id)
    assert row.action == "funding.top_up.begun"


@pytest.mark.parametrize(
    ("code", "amount", "error"),
    [
        ("CNY", "0.99", TopUpTooSmallError),
        ("CNY", "50000.01", TopUpTooLargeError),
        ("JPY", "99", TopUpTooSmallError),
        ("KWD", "0.499", TopUpTooSmallError),
        ("KWD", "2000.001", TopUpTooLargeError),
    ],
)
def test_outside_the_bounds_nothing_is_begun(
    make_person: MakePerson, code: str, amount: str, error: type[Exception]
) -> None:
    person = make_person()
    with pytest.raises(error):
        begin(person, amount, code)
    assert not TopUp.objects.filter(person_id=person.id).exists()


@pytest.mark.parametrize(
    ("code", "amount"), [("CNY", "1.00"), ("JPY", "100"), ("KWD", "0.500"), ("USD", "7000.00")]
)
def test_c6_bounds_themselves_are_inside(
    box: Box, make_person: MakePerson, code: str, amount: str
) -> None:
    view = begin(make_person(), amount, code)
    assert box.payment(view.public_id)["amount"] == {"amount": amount, "currency": code}


def test_the_same_key_is_the_same_top_up(box: Box, make_person: MakePerson) -> None:
    person, other, key = make_person(), make_person(), str(new_uuid())
    first = begin(person, key=key)
    again = begin(person, key=key)
    assert (again.id, again.hosted_url, again.replayed) == (first.id, first.hosted_url, True)
    with pytest.raises(TopUpKeyReusedError):
        begin(person, "101.00", key=key)
    with pytest.raises(TopUpKeyReusedError):
        begin(person, "100.00", "USD", key=key)
    assert begin(other, key=key).id != first.id
    assert TopUp.objects.filter(person_id=person.id).count() == 1


def test_a13_parallel_taps_begin_one(box: Box, make_person: MakePerson) -> None:
    person, key = make_person(), str(new_uuid())
    seen = []

    def tap() -> None:
        seen.append(begin(person, key=key).id)
        connection.close()

    threads = [threading.Thread(target=tap) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1
    assert TopUp.objects.filter(person_id=person.id).count() == 1


def test_only_some_may_be_open_at_once(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    for _top_up in range(rules.OPEN_AT_ONCE):
        begin(person)
    with pytest.raises(TooManyTopUpsError):
        begin(person)
    assert TopUp.objects.filter(person_id=person.id).count() == rules.OPEN_AT_ONCE


def test_b11_an_answer_that_is_lost_is_continued_not_begun_again(
    box: Box, make_person: MakePerson
) -> None:
    person, key = make_person(), str(new_uuid())
    box.faults(api="lie")  # the order is opened, the answer is an error
    with pytest.raises(AcquirerUnavailableError):
        begin(person, key=key)
    top_up = TopUp.objects.get(person_id=person.id)
    assert top_up.state == "created"
    box.faults()
    view = begin(person, key=key)
    assert (view.id, view.state) == (top_up.pk, "redirected")
    assert box.payment(view.public_id)["id"] in view.hosted_url
    assert TopUp.objects.filter(person_id=person.id).count() == 1


def test_a_page_that_did_not_open_can_be_opened_later(box: Box, make_person: MakePerson) -> None:
    person, stranger, key = make_person(), make_person(), str(new_uuid())
    box.faults(api="error")
    with pytest.raises(AcquirerUnavailableError):
        begin(person, key=key)
    top_up = TopUp.objects.get(person_id=person.id)
    box.faults()
    with pytest.raises(TopUpNotFoundError):
        operations.continue_top_up(actor=stranger.actor, top_up_id=top_up.pk, now=clock.now())
    view = operations.continue_top_up(actor=person.actor, top_up_id=top_up.pk, now=clock.now())
    assert view.hosted_url.startswith(box.url)


def test_g1_another_persons_top_up_does_not_exist(box: Box, make_person: MakePerson) -> None:
    person, stranger = make_person(), make_person()
    view = begin(person)
    with pytest.raises(TopUpNotFoundError):
        queries.top_up(stranger.id, view.id)
    with pytest.raises(TopUpNotFoundError):
        operations.come_back(actor=stranger.actor, top_up_id=view.id, now=clock.now())
    assert state_of(view) == "redirected"
    assert queries.top_ups(stranger.id) == []


def test_h15_coming_back_does_not_make_room_for_more(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    for _ in range(rules.OPEN_AT_ONCE):
        view = begin(person)
        operations.come_back(actor=person.actor, top_up_id=view.id, now=clock.now())
    with pytest.raises(TooManyTopUpsError):
        begin(person)
    assert TopUp.objects.filter(person_id=person.id).count() == rules.OPEN_AT_ONCE


def test_c4_an_asset_that_no_card_brings_is_refused(make_person: MakePerson) -> None:
    person = make_person()
    with pytest.raises(UnsupportedAssetError):
        begin(person, "0.1", "ETH")
    assert not TopUp.objects.filter(person_id=person.id).exists()
