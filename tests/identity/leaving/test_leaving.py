"""Leaving: what stands in the way, the month to think, money that comes in between, the copy."""

from __future__ import annotations

import io
import json
import threading
import zipfile
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from okpay.identity import freezing, operations
from okpay.identity.errors import AccountFrozenError
from okpay.identity.freezing.operations import settle
from okpay.identity.freezing.states import Cause
from okpay.identity.leaving import exports
from okpay.identity.leaving import operations as leaving
from okpay.identity.leaving.errors import (
    ClosingObstructedError,
    ExportGoneError,
    ExportWaitingError,
)
from okpay.identity.leaving.hooks import Obstacle
from okpay.identity.leaving.models import Closing, Export
from okpay.identity.leaving.obstacles import in_the_way, money_in_the_way
from okpay.identity.leaving.queries import asked_for
from okpay.identity.leaving.states import ClosingState
from okpay.identity.models import Person, Session
from okpay.identity.queries import find_person
from okpay.kernel import clock, crypto
from okpay.kernel.ids import encode
from okpay.kernel.money import Money, parse_amount
from okpay.ledger.models import Account, Hold
from okpay.notices.models import Message
from okpay.payments import operations as payments
from okpay.payments.errors import PayeeNotFoundError
from okpay.support import Topic, open_ticket, queries
from okpay.support.operations import close
from tests.identity.freezing.kit import CNY, money, pay, session_of, token_of
from tests.support.people import PIN, MakePerson, Somebody


def emptied(make_person: MakePerson) -> Somebody:
    """Somebody whose wallet was used and is empty."""
    person, other = make_person(cny="10.00"), make_person()
    assert pay(person, other).result == "done"
    return person


def asked(person: Somebody) -> tuple[Closing, datetime]:
    closing = leaving.ask_to_close(actor=person.actor, now=clock.now())
    return closing, closing.ends_at


def state_of(closing: Closing) -> str:
    return Closing.objects.get(pk=closing.pk).state


def test_c23_everything_in_the_way_is_named_and_nothing_is_closed(
    make_person: MakePerson,
) -> None:
    person, other, sender = make_person(cny="30.00", jpy="500"), make_person(), make_person()
    payments.freeze_person(actor=other.actor, person_id=other.id, reason="t", now=clock.now())
    pay(person, other, "12.00")
    open_ticket(actor=person.actor, topic=Topic.OTHER, text="a question", now=clock.now())
    found = [
        (one.way, one.money.minor if one.money else one.count) for one in in_the_way(person.id)
    ]
    assert found == [("balance", 1800), ("held", 1200), ("balance", 500), ("tickets", 1)]
    with pytest.raises(ClosingObstructedError):
        leaving.ask_to_close(actor=person.actor, now=clock.now())
    assert asked_for(person.id) is None
    assert in_the_way(sender.id) == []


def test_c23_a_frozen_person_may_not_leave(make_person: MakePerson) -> None:
    person = emptied(make_person)
    freezing.freeze(actor=person.actor, person_id=person.id, cause=Cause.OWNER, now=clock.now())
    assert [one.way for one in in_the_way(person.id)] == ["frozen"]
    with pytest.raises(AccountFrozenError):
        leaving.ask_to_close(actor=person.actor, now=clock.now())


def test_c23_asking_signs_out_and_signing_in_undoes_it(make_person: MakePerson) -> None:
    person = emptied(make_person)
    session_of(person.id)
    secret = token_of(person)
    closing, _ends = asked(person)
    assert Session.objects.filter(person_id=person.id).count() == 0
    assert operations.use_access_token(secret=secret, now=clock.now()) is None
    assert asked(person)[0] == closing
    operations.note_sign_in(
        actor=person.actor, device="d", user_agent="", address="127.0.0.1", now=clock.now()
    )
    assert state_of(closing) == ClosingState.UNDONE
    leaving.end_due(now=closing.ends_at)
    assert state_of(closing) == ClosingState.UNDONE
    assert Person.objects.get(pk=person.id).is_active
    codes = Message.objects.filter(person_id=person.id, code__startswith="closing")
    assert set(codes.values_list("code", flat=True)) == {"closing_asked", "closing_undone"}


def test_c23_after_a_month_the_account_is_closed_and_its_aliases_are_free(
    make_person: MakePerson,
) -> None:
    person, other = emptied(make_person), make_person(cny="5.00")
    closing, ends = asked(person)
    assert leaving.end(closing=closing, now=ends)
    row = Person.objects.get(pk=person.id)
    assert (row.is_active, state_of(closing)) == (False, ClosingState.CLOSED)
    assert (find_person(person.email), find_person(person.phone)) == (None, None)
    with pytest.raises(PayeeNotFoundError):
        payments.quote_transfer(
            actor=other.actor, payee=encode("cus", person.id), money=_five(), now=clock.now()
        )
    assert money(other) == (500, 0)
    assert not leaving.end(closing=Closing.objects.get(pk=closing.pk), now=ends)


def _five() -> Money:
    return parse_amount("5.00", CNY)


def test_a16_money_that_arrived_in_the_month_stops_the_closing(make_person: MakePerson) -> None:
    person, sender = emptied(make_person), make_person(cny="5.00")
    closing, ends = asked(person)
    assert pay(sender, person, "5.00").result == "done"
    assert not leaving.end(closing=closing, now=ends)
    row = Person.objects.get(pk=person.id)
    assert (row.is_active, row.frozen_at, state_of(closing)) == (True, None, "stopped")
    assert (money(person), money(sender)) == ((500, 0), (0, 0))
    flags = Account.objects.filter(owner=person.id).values_list("frozen_out", "frozen_in")
    assert set(flags) == {(False, False)}
    assert Message.objects.filter(person_id=person.id, code="closing_stopped").count() == 1


def test_a16_closing_at_once_with_incoming_transfers_loses_nothing(
    make_person: MakePerson,
) -> None:
    person, sender = emptied(make_person), make_person(cny="100.00")
    closing, ends = asked(person)
    intents = [
        payments.quote_transfer(
            actor=sender.actor, payee=person.email, money=_five(), now=clock.now()
        ).intent_token
        for _ in range(8)
    ]
    ready = threading.Barrier(3)
    said: list[str] = []

    def send(tokens: list[str]) -> None:
        from django.db import connection

        ready.wait(30)
        for token in tokens:
            outcome = payments.send_transfer(
                actor=sender.actor, intent_token=token, payment_password=PIN, now=clock.now()
            )
            said.append(outcome.code or outcome.result)
        connection.close()

    threads = [threading.Thread(target=send, args=(intents[n::2],)) for n in range(2)]
    for thread in threads:
        thread.start()
    ready.wait(30)
    closed = leaving.end(closing=closing, now=ends)
    for thread in threads:
        thread.join(60)
    assert len(said) == 8
    has, held = money(sender)
    arrived = money(person)[0]
    waiting = Hold.objects.filter(
        credit_account__in=Account.objects.filter(owner=person.id).values("id"), state=1
    )
    assert has + arrived == 10_000  # every fen is with one of them
    assert held == sum(int(one.amount) for one in waiting)
    assert not (closed and arrived)
    for one in list(waiting) if closed else []:  # what waits for somebody who left comes back
        payments.cancel_transfer(actor=sender.actor, record_id=one.id)
    assert not closed or money(sender) == (10_000, 0)


def test_g12_whoever_left_is_forgotten_after_the_time_the_law_sets(
    make_person: MakePerson,
) -> None:
    person = emptied(make_person)
    ticket = open_ticket(actor=person.actor, topic=Topic.OTHER, text="secret", now=clock.now())
    close(actor=person.actor, ticket_id=ticket.pk, now=clock.now())
    closing, ends = asked(person)
    assert leaving.end(closing=closing, now=ends)
    leaving.erase_due(now=ends + leaving.RETENTION - timedelta(days=1))
    assert state_of(closing) == ClosingState.CLOSED
    assert queries.ticket_of(actor=person.actor, ticket_id=ticket.pk).messages[0].text == "secret"
    with connection.cursor() as cursor:
        cursor.execute("SELECT email_sealed FROM identity_person WHERE id = %s", [person.id])
        (was,) = cursor.fetchone() or (b"",)
    assert leaving.erase_due(now=ends + leaving.RETENTION) >= 1
    row = Person.objects.get(pk=person.id)
    assert (row.name, row.phone, row.name_key) == ("—", "", "")
    assert (row.email, row.email_index, row.phone_index) == ("", None, None)
    assert find_person(person.email) is None
    with pytest.raises(crypto.ShreddedError):  # nor does a backup's row open by today's keys
        crypto.unseal(
            person.id, table="identity_person", column="email_sealed", row=str(person.id),
            sealed=bytes(was),
        )  # fmt: skip
    assert state_of(closing) == ClosingState.ERASED
    with pytest.raises(crypto.ShreddedError):
        crypto.seal(person.id, table="support_ticket", column="facts", row="1", plain=b"x")
    assert queries.ticket_of(actor=person.actor, ticket_id=ticket.pk).messages[0].text == ""
    assert Account.objects.filter(owner=person.id).exists()  # the book keeps a number


def made(person: Somebody) -> Export:
    export = exports.ask_for_copy(actor=person.actor, now=clock.now())
    exports.put_together(export_id=export.id, now=clock.now())
    return Export.objects.get(pk=export.id)


def test_a_copy_holds_what_is_known_and_no_secret(make_person: MakePerson) -> None:
    person, other = make_person(name="=周晓宁", cny="10.00"), make_person()
    secret = token_of(person)
    pay(person, other)
    open_ticket(actor=person.actor, topic=Topic.OTHER, text="my words", now=clock.now())
    export = made(person)
    assert person.email.encode() not in bytes(export.sealed or b"")
    content = exports.take(actor=person.actor, export_id=export.id, now=clock.now())
    archive = zipfile.ZipFile(io.BytesIO(content))
    names = (
        "profile sessions devices access_tokens freezes activity records messages tickets"
    ).split()
    assert {f"{name}.{kind}" for name in names for kind in ("json", "csv")} <= set(
        archive.namelist()
    )
    profile = json.loads(archive.read("profile.json"))
    assert (profile[0]["email"], profile[0]["phone"]) == (person.email, person.phone)
    records = json.loads(archive.read("records.json"))
    assert (records[0]["direction"], records[0]["amount"]) == ("out", "10.00")
    assert json.loads(archive.read("tickets.json"))[0]["text"] == "my words"
    assert "'=周晓宁" in archive.read("profile.csv").decode("utf-8-sig")  # no formula
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert secret.encode() not in whole
    assert other.email.encode() not in whole


def test_a_copy_is_downloaded_once_by_its_owner_within_a_week(make_person: MakePerson) -> None:
    person, stranger = make_person(), make_person()
    export = made(person)
    with pytest.raises(ExportWaitingError):
        exports.ask_for_copy(actor=person.actor, now=clock.now())
    with pytest.raises(ExportGoneError):
        exports.take(actor=stranger.actor, export_id=export.id, now=clock.now())
    with pytest.raises(ExportGoneError):
        exports.take(actor=person.actor, export_id=export.id, now=clock.now() + exports.KEPT)
    assert exports.take(actor=person.actor, export_id=export.id, now=clock.now())
    with pytest.raises(ExportGoneError):
        exports.take(actor=person.actor, export_id=export.id, now=clock.now())
    row = Export.objects.get(pk=export.id)
    assert (row.state, row.sealed) == ("taken", None)


def test_a_copy_nobody_fetched_is_thrown_away(make_person: MakePerson) -> None:
    person = make_person()
    export = made(person)
    assert exports.expire_due(now=clock.now() + exports.KEPT) >= 1
    row = Export.objects.get(pk=export.id)
    assert (row.state, row.sealed) == ("expired", None)
    exports.put_together(export_id=export.id, now=clock.now())  # the job again: nothing
    assert Export.objects.get(pk=export.id).state == "expired"


def flags_of(person: Somebody) -> set[tuple[bool, bool]]:
    return set(Account.objects.filter(owner=person.id).values_list("frozen_out", "frozen_in"))


def test_c23_an_owner_who_signs_in_while_it_ends_is_not_left_frozen(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = emptied(make_person)
    closing, ends = asked(person)
    look = money_in_the_way

    def meanwhile(person_id: UUID) -> list[Obstacle]:
        assert leaving.undo(actor=person.actor, now=ends)
        Person.objects.filter(pk=person_id).update(frozen_at=ends, frozen_reason=leaving.CLOSING)
        settle(person_id=person_id)  # as when the mark comes after the sign-in
        return look(person_id)

    monkeypatch.setattr(leaving, "money_in_the_way", meanwhile)
    assert not leaving.end(closing=closing, now=ends)
    row = Person.objects.get(pk=person.id)
    assert (row.is_active, row.frozen_at, row.frozen_reason) == (True, None, "")
    assert (state_of(closing), flags_of(person)) == (ClosingState.UNDONE, {(False, False)})


def test_c23_signing_in_after_an_end_that_died_takes_back_its_mark(
    make_person: MakePerson,
) -> None:
    person = emptied(make_person)
    closing, ends = asked(person)
    Person.objects.filter(pk=person.id).update(frozen_at=ends, frozen_reason=leaving.CLOSING)
    settle(person_id=person.id)
    assert flags_of(person) == {(True, True)}
    assert leaving.undo(actor=person.actor, now=ends)
    assert Person.objects.get(pk=person.id).frozen_at is None
    assert (state_of(closing), flags_of(person)) == (ClosingState.UNDONE, {(False, False)})
