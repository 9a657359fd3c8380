"""The message centre: telling, reading, choosing."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from okpay.kernel import clock
from okpay.kernel.ids import encode, new_uuid
from okpay.notices import caps, hooks, operations, queries, rules
from okpay.notices.errors import MessageNotFoundError
from okpay.notices.kinds import KINDS
from okpay.notices.models import Message, Outgoing
from okpay.notices.schemas import Category, Choices, RecordNews
from tests.support.people import MakePerson, Somebody

MONEY = {"amount": "1280.00", "currency": "CNY"}
PARAMS: dict[str, Any] = {
    "count": "12",
    "done": "11",
    "amount": MONEY,
    "fee": {"amount": "0.00", "currency": "CNY"},
    "payer": "林*",
    "payee": "周*宁",
    "source": "Visa •••• 4242",
    "device": "Chrome",
    "name": "laptop",
    "factor": "phone",
    "old": "old phone",
    "left": "7",
    "ticket": "tkt_1",
    "ends_at": "2026-12-21T10:00:00+00:00",
    "opens_at": "2026-11-23T08:30:00+00:00",
    "note": "a top-up of Monday",
    "until_day": "2026-12-21",
    "title": "T",
    "body": "B",
    "expires_at": "2026-11-28T10:00:00+00:00",
    "happened_at": "2026-11-21T04:41:07+00:00",
    "until_at": "2026-11-21T04:56:07+00:00",
}


@pytest.fixture
def somebody(make_person: MakePerson) -> Somebody:
    person = make_person()
    Message.objects.filter(person_id=person.id).delete()
    return person


def tell(person: Somebody, code: str = "transfer_received", **options: Any) -> Message | None:
    return operations.notify(person_id=person.id, code=code, params=PARAMS, **options)


def mails_to(person: Somebody) -> int:
    return Outgoing.objects.filter(
        recipient_index=person.email, purpose="transfer_received"
    ).count()


def test_a_message_is_put_into_the_readers_language(somebody: Somebody) -> None:
    tell(somebody)
    with translation.override("zh-hans"):
        shown = queries.messages(somebody.id).messages[0]
        assert (shown.title, shown.body) == ("你收到 ¥1,280.00", "林* 转给你 ¥1,280.00，已到余额。")
    with translation.override("en"):
        shown = queries.messages(somebody.id).messages[0]
        assert shown.title == "You received ¥1,280.00"
    assert (shown.category, shown.unread, shown.icon) == ("transactions", True, "arrow-down-left")


@pytest.mark.parametrize("code", sorted(KINDS))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_is_complete(code: str, language: str) -> None:
    with translation.override(language):
        title, body = rules.words(code, PARAMS)
    assert rules.MISSING not in title + body
    assert "%(" not in title + body
    if language == "zh-hans" and code not in {"service_notice", "promotion"}:
        assert re.search(r"[\u4e00-\u9fff]", title)
        assert re.search(r"[\u4e00-\u9fff]", body)


def test_a_missing_parameter_shows_a_dash() -> None:
    with translation.override("en"):
        assert rules.words("transfer_received", {})[0] == "You received —"


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (MONEY, "¥1,280.00"),
        ({"amount": "20.00", "currency": "USD"}, "$20.00 USD"),
        ({"amount": "500", "currency": "JPY"}, "¥500 JPY"),
        ({"amount": "0.000000000000000001", "currency": "ETH"}, "Ξ0.000000000000000001 ETH"),
    ],
)
def test_money_in_words(wire: dict[str, str], text: str) -> None:
    assert rules.money_text(wire) == text


def test_an_unknown_kind_still_shows_something(somebody: Somebody) -> None:
    tell(somebody, code="from_the_future")
    with translation.override("en"):
        shown = queries.messages(somebody.id).messages[0]
    assert (shown.title, shown.body) == ("News about your account", "")


def test_the_same_key_tells_once(somebody: Somebody) -> None:
    key = str(new_uuid())
    assert tell(somebody, dedupe=key, mail=True) is not None
    assert tell(somebody, dedupe=key, mail=True) is None
    assert queries.unread_count(somebody.id) == 1
    assert mails_to(somebody) == 1


def test_parallel_jobs_tell_once(somebody: Somebody) -> None:
    key, told = str(new_uuid()), []

    def job() -> None:
        told.append(tell(somebody, dedupe=key, mail=True))
        connection.close()

    threads = [threading.Thread(target=job) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(message is not None for message in told) == 1
    assert (queries.unread_count(somebody.id), mails_to(somebody)) == (1, 1)


def test_what_did_not_happen_is_not_told(somebody: Somebody) -> None:
    class StopError(Exception):
        pass

    def work() -> None:
        with transaction.atomic():
            tell(somebody, mail=True)
            raise StopError

    with pytest.raises(StopError):
        work()
    assert (queries.unread_count(somebody.id), mails_to(somebody)) == (0, 0)


def test_reading(somebody: Somebody, make_person: MakePerson) -> None:
    message = tell(somebody)
    assert message is not None
    other = make_person()
    with pytest.raises(MessageNotFoundError):
        operations.mark_read(actor=other.actor, message_id=message.pk, now=clock.now())
    assert queries.unread_count(somebody.id) == 1
    first = operations.mark_read(actor=somebody.actor, message_id=message.pk, now=clock.now())
    again = operations.mark_read(actor=somebody.actor, message_id=message.pk, now=clock.now())
    assert first.read_at == again.read_at
    assert queries.unread_count(somebody.id) == 0


def test_marking_all_of_a_category(somebody: Somebody, make_person: MakePerson) -> None:
    other = make_person()
    Message.objects.filter(person_id=other.id).delete()
    tell(other)
    tell(somebody)
    tell(somebody, code="password_changed")
    assert queries.unread_by_category(somebody.id) == {"transactions": 1, "security": 1}
    now = clock.now()
    assert operations.mark_all_read(actor=somebody.actor, category="security", now=now) == 1
    assert queries.unread_by_category(somebody.id) == {"transactions": 1}
    assert operations.mark_all_read(actor=somebody.actor, now=clock.now()) == 1
    assert queries.unread_count(other.id) == 1


def test_pages_hold_every_message_once(somebody: Somebody) -> None:
    at = clock.now()
    for _message in range(7):  # all at the same moment, so that only the id orders them
        tell(somebody, now=at)
    seen, before = [], ""
    while True:
        page = queries.messages(somebody.id, before=before, limit=3)
        seen += [message.id for message in page.messages]
        before = page.next_before
        if not before:
            break
    assert len(seen) == 7
    assert sorted(seen, reverse=True) == seen


def test_another_persons_cursor_shows_nothing_of_theirs(
    somebody: Somebody, make_person: MakePerson
) -> None:
    other = make_person()
    foreign = operations.notify(person_id=other.id, code="welcome", params={})
    assert foreign is not None
    tell(somebody)
    page = queries.messages(somebody.id, before=encode("msg", foreign.pk))
    assert [message.code for message in page.messages] == ["transfer_received"]


def test_choices(somebody: Somebody) -> None:
    assert queries.choices(somebody.id) == Choices()
    chosen = Choices(transactions_mail=False, service_app=False, service_mail=False)
    operations.choose(actor=somebody.actor, choices=chosen)
    assert queries.choices(somebody.id) == chosen
    tell(somebody, mail=True)
    tell(somebody, code="welcome", mail=True)
    tell(somebody, code="promotion", mail=True)
    tell(somebody, code="password_changed", mail=True)
    assert queries.unread_by_category(somebody.id) == {"transactions": 1, "security": 1}
    purposes = Outgoing.objects.filter(recipient_index=somebody.email).values_list(
        "purpose", flat=True
    )
    assert {"welcome", "promotion", "transfer_received"} & set(purposes) == set()
    assert "password_changed" in purposes


@pytest.mark.parametrize("category", list(Category))
def test_security_is_never_muted_and_promotions_start_off(category: Category) -> None:
    nothing = Choices(False, False, False, False, False)
    assert rules.wants_in_app(category, nothing) == (
        category in {Category.SECURITY, Category.TRANSACTIONS}
    )
    assert rules.wants_mail(category, nothing) == (category is Category.SECURITY)
    assert rules.wants_mail(category, Choices()) == (category is not Category.PROMOTIONS)


def test_records_are_told_once_whoever_asks_again(
    somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = new_uuid()

    def facts(ids: Any) -> list[RecordNews]:
        assert list(ids) == [record]
        code = "transfer_sent"
        return [RecordNews(record, "completed", somebody.id, code, {"amount": MONEY}, "/r")]

    monkeypatch.setattr(hooks, "_FACTS", [facts])
    told = [
        operations.tell(record_ids=[record], event="recorded", now=clock.now()) for _ in range(2)
    ]
    assert told == [1, 0]
    assert queries.unread_count(somebody.id) == 1


def test_m7_one_bad_record_does_not_silence_the_others(
    somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, late = new_uuid(), new_uuid(), new_uuid()

    def provide(ids: Any) -> list[RecordNews]:
        if bad in ids:
            raise ValueError(bad)
        params = {**PARAMS}
        return [
            RecordNews(one, "recorded", somebody.id, "transfer_received", params, "") for one in ids
        ]

    monkeypatch.setattr(hooks, "_FACTS", [provide])
    told = operations.tell(record_ids=[good, bad, late], event="recorded", now=clock.now())
    assert (told, Message.objects.filter(person_id=somebody.id).count()) == (2, 2)
    alone = ProcrastinateJob.objects.filter(args={"records": [str(bad)], "event": "recorded"})
    assert alone.count() == 1
    with pytest.raises(ValueError, match=str(bad)):
        operations.tell(record_ids=[bad], event="recorded", now=clock.now())
    assert alone.count() == 1  # its own job is tried again by the queue, not multiplied


def test_h15_texts_to_strangers_are_counted(somebody: Somebody) -> None:
    causers = [new_uuid() for _ in range(20)]
    prefix = f"+49151{somebody.phone[-2:]}"
    sent = [
        operations.send_sms(
            to=f"{prefix}{number:06d}", text="x", purpose="invitation", causer=causers[0]
        )
        for number in range(caps.PER_CAUSER + 1)
    ]
    assert sent == [True] * caps.PER_CAUSER + [False]
    more = [
        operations.send_sms(
            to=f"{prefix}{number:06d}", text="x", purpose="invitation", causer=causer
        )
        for causer in causers[1:]
        for number in range(5)
    ]
    assert more.count(True) == caps.PER_PREFIX_HOUR - caps.PER_CAUSER
    assert Outgoing.objects.filter(recipient_range=prefix).count() == caps.PER_PREFIX_HOUR
    assert not operations.send_mail(
        to="a@else.example", subject="x", text="x", purpose="invitation", causer=causers[0]
    )


def test_h15_the_same_text_is_sent_once_and_can_be_withdrawn(somebody: Somebody) -> None:
    key = f"invitation:{new_uuid()}"
    sent = [
        operations.send_sms(to=somebody.phone, text="x", purpose="invitation", dedupe=key)
        for _ in range(2)
    ]
    assert sent == [True, False]
    operations.withdraw(dedupe=key, now=clock.now())
    assert [one.state for one in Outgoing.objects.filter(dedupe=key)] == ["dead"]
