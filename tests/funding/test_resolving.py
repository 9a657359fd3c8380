"""Outcomes that are not known yet: asked for by reference until they are, never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from okpay.funding import operations, rules
from okpay.funding.models import TopUp
from okpay.funding.schemas import TopUpView
from okpay.kernel import clock
from okpay.notices.queries import messages
from tests.funding.steps import anomalies, balance, begin, deliver, event, state_of
from tests.support.box import LOST_ANSWER, NO_MONEY, NOWHERE, Box
from tests.support.people import MakePerson


def ask(view: TopUpView) -> None:
    """Run the next job of the chain."""
    number = TopUp.objects.values_list("checks", flat=True).get(pk=view.id)
    operations.resolve(top_up_id=view.id, number=number, step=0, now=clock.now())


def planned(view: TopUpView) -> list[dict[str, Any]]:
    jobs = ProcrastinateJob.objects.filter(
        task_name="okpay.funding.tasks.resolve", args__top_up_id=str(view.id)
    )
    return [dict(job.args) for job in jobs.order_by("id")]


def test_a_lost_webhook_is_made_good_by_asking(box: Box, make_person: MakePerson) -> None:
    person = make_person()
    view = begin(person)
    box.pay(view.hosted_url)
    operations.come_back(actor=person.actor, top_up_id=view.id, now=clock.now())
    assert state_of(view) == "processing"
    ask(view)
    assert (state_of(view), balance(person)) == ("succeeded", 10_000)


def test_an_unknown_outcome_is_told_and_resolved(box: Box, make_person: MakePerson) -> None:
    box.faults(unknown_seconds=3600)
    person = make_person(language="en")
    view = begin(person)
    box.pay(view.hosted_url, LOST_ANSWER)
    operations.come_back(actor=person.actor, top_up_id=view.id, now=clock.now())
    ask(view)
    ask(view)
    assert (state_of(view), balance(person)) == ("unknown", 0)
    with translation.override("en"):
        titles = [m.title for m in messages(person.id).messages]
    assert titles.count("We are checking your top-up of ¥100.00") == 1
    box.decide(view.public_id)
    deliver(event(view))  # the truth arrives late
    assert (state_of(view), balance(person)) == ("succeeded", 10_000)
    ask(view)
    assert balance(person) == 10_000


def test_an_unknown_outcome_may_end_declined(box: Box, make_person: MakePerson) -> None:
    box.faults(unknown_seconds=0, unknown_ends="declined")
    person = make_person()
    view = begin(person)
    box.pay(view.hosted_url, LOST_ANSWER)
    ask(view)
    top_up = TopUp.objects.get(pk=view.id)
    assert (top_up.state, top_up.decline_code) == ("declined", "processing_error")
    assert balance(person) == 0


def test_a_decline_is_told_with_its_code(box: Box, make_person: MakePerson) -> None:
    person = make_person(language="zh-hans")
    view = begin(person)
    box.pay(view.hosted_url, NO_MONEY)
    ask(view)
    top_up = TopUp.objects.get(pk=view.id)
    assert (top_up.state, top_up.decline_code) == ("declined", "insufficient_funds")
    with translation.override("zh-hans"):
        told = messages(person.id).messages[0]
    assert (told.code, told.link) == ("topup_failed", f"/topup/{view.public_id}")


def test_b11_silence_never_becomes_failed(box: Box, make_person: MakePerson, settings: Any) -> None:
    person = make_person()
    view = begin(person)
    box.pay(view.hosted_url)
    operations.come_back(actor=person.actor, top_up_id=view.id, now=clock.now())
    settings.OKPAY_SANDBOX_URL = NOWHERE
    for _question in range(rules.MAX_CHECKS):
        ask(view)
    assert (state_of(view), anomalies(view)) == ("processing", ["unresolved"])
    settings.OKPAY_SANDBOX_URL = box.url
    ask(view)
    assert (state_of(view), balance(person)) == ("succeeded", 10_000)


def test_each_question_plans_the_next_before_it_is_put(
    box: Box, make_person: MakePerson, settings: Any
) -> None:
    view = begin(make_person())
    assert planned(view) == [{"top_up_id": str(view.id), "number": 0, "step": rules.FIRST_STEP}]
    settings.OKPAY_SANDBOX_URL = NOWHERE
    ask(view)
    assert planned(view)[-1] == {"top_up_id": str(view.id), "number": 1, "step": 1}


def test_an_old_job_of_the_chain_does_nothing(box: Box, make_person: MakePerson) -> None:
    view = begin(make_person())
    ask(view)
    jobs = len(planned(view))
    operations.resolve(top_up_id=view.id, number=0, step=0, now=clock.now())
    assert len(planned(view)) == jobs


def test_an_open_page_stays_open(box: Box, make_person: MakePerson) -> None:
    view = begin(make_person())
    ask(view)
    assert state_of(view) == "redirected"


def test_an_order_that_never_arrived_is_given_up(box: Box, make_person: MakePerson) -> None:
    from okpay.funding.errors import AcquirerUnavailableError

    person = make_person()
    box.faults(api="error")
    with pytest.raises(AcquirerUnavailableError):
        begin(person)
    box.faults()
    top_up = TopUp.objects.get(person_id=person.id)
    operations.resolve(top_up_id=top_up.pk, number=0, step=0, now=clock.now())
    top_up.refresh_from_db()
    assert top_up.state == "canceled"


def test_b12_an_order_that_the_acquirer_forgot_is_not_given_up(
    box: Box, make_person: MakePerson
) -> None:
    view = begin(make_person())
    TopUp.objects.filter(pk=view.id).update(provider="sandbox")
    from okpay.kernel.ids import new_uuid

    moved = new_uuid()
    TopUp.objects.filter(pk=view.id).update(client_key=str(moved))
    operations._never_opened(view.id, clock.now())  # noqa: SLF001 — what a 404 leads to
    assert (state_of(view), anomalies(view)) == ("redirected", ["order_forgotten"])


def test_waiting_doubles_up_to_an_hour() -> None:
    waits = [rules.wait_seconds(step) for step in range(14)]
    assert waits == [3, 6, 12, 24, 48, 96, 192, 384, 768, 1536, 3072, 3600, 3600, 3600]
