"""Tell the story: every step through the same operations that the faces call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings

from okpay.cli.town.people import PASSWORD, PEOPLE, PIN
from okpay.cli.town.story import STORY, Asked, Event, Paid, PaidIn
from okpay.identity import freezing
from okpay.identity.models import Person
from okpay.identity.operations import enrol_person
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import Money, asset_of, parse_amount
from okpay.limits.rules import ZONE
from okpay.notices.operations import mark_all_read, tell
from okpay.payments import operations
from okpay.payments.models import MoneyRequest, SavedPayee
from okpay.support import Topic, open_ticket
from okpay.wallets.models import Record, RecordKind

UNREAD_DAYS = 2  # what happened since then is still unread
NAMESPACE = UUID("6f6b7061-7964-8656-8d6f-000000000001")


@dataclass
class Teller:
    """Knows the people while the story is told."""

    people: dict[str, Person] = field(default_factory=dict)

    def enrol(self) -> None:
        """Enter everybody who is not there yet."""
        for one in PEOPLE:
            found = Person.objects.filter(email_index=one.email).first()
            self.people[one.key] = found or enrol_person(
                actor=SYSTEM,
                name=one.name,
                email=one.email,
                phone=one.phone,
                password=PASSWORD,
                language=one.language,
                payment_password=PIN,
                level=0 if one.key == "alex" else 1,
                now=datetime.now(UTC),
            )

    def live(self) -> None:
        """Let the month pass. Each event has a fixed name, so telling again books nothing twice."""
        began = datetime.now(UTC)
        for number, event in enumerate(STORY):
            if event.days_ago == UNREAD_DAYS - 1 and STORY[number - 1].days_ago >= UNREAD_DAYS:
                self._read_all()
            with _clock_at(_moment(event, began), began):
                self._happen(number, event)

    def _read_all(self) -> None:
        """Everybody has read what came before: the message centre opens calm."""
        for key in self.people:
            mark_all_read(actor=self._actor(key), now=clock.now())

    def save_payees(self) -> None:
        """Give the first person two saved payees."""
        me = self._actor("zhixia")
        for key, nickname in (("xiaoning", "室友晓宁"), ("alex", "Alex 网球")):
            if not SavedPayee.objects.filter(owner=me.require_person(), payee=self.people[key].id):
                operations.save_payee(
                    actor=me, alias=self.people[key].phone, nickname=nickname, now=datetime.now(UTC)
                )

    def _actor(self, key: str) -> Actor:
        return Actor(person_id=self.people[key].id, kind="person", via="cli")

    def _happen(self, number: int, event: Event) -> None:
        name = uuid5(NAMESPACE, f"{self.people['zhixia'].id}:{number}")
        if isinstance(event, PaidIn):
            self._pay_in(event)
        elif isinstance(event, Paid):
            self._pay(name, event)
        elif isinstance(event, Asked):
            self._ask(event)
        elif self.people[event.who].frozen_at is None:
            self._freeze(event.who)

    def _freeze(self, who: str) -> None:
        """Freeze as the owner does who misses a phone, and write to support."""
        actor, now = self._actor(who), datetime.now(UTC)
        frozen = freezing.freeze(
            actor=actor, person_id=actor.require_person(), cause=freezing.Cause.OWNER, now=now
        )
        open_ticket(
            actor=actor,
            topic=Topic.STOLEN,
            text="我的手机昨天在地铁上丢了，先把账户冻结了。",
            facts={"freeze": str(frozen), "cause": frozen.cause},
            now=now,
        )

    def _pay_in(self, event: PaidIn) -> None:
        asset = asset_of(event.currency)
        money = parse_amount(event.amount, asset)
        person_id = self.people[event.who].id
        if Record.objects.filter(payee=person_id, kind=RecordKind.TOP_UP, amount=money.minor):
            return
        outcome = operations.book_top_up(
            top_up_id=new_uuid(),
            person_id=person_id,
            money=money,
            fee=Money(asset, 0),
            source_label=event.card,
        )
        self._told(outcome)

    def _told(self, outcome: operations.Outcome) -> None:
        """Tell both sides at the moment of the story; the worker's own job then adds nothing."""
        record_id = outcome.done_or_raise().record_id
        if record_id is not None:
            tell(record_ids=[record_id], event="recorded", now=clock.now())

    def _pay(self, name: UUID, event: Paid) -> None:
        payee = self.people[event.to].email if event.to in self.people else event.to
        quote = operations.quote_transfer(
            actor=self._actor(event.who),
            payee=payee,
            money=parse_amount(event.amount, asset_of(event.currency)),
            memo=event.memo,
            now=datetime.now(UTC),
        )
        outcome = operations.send_transfer(
            actor=self._actor(event.who),
            intent_token=quote.intent_token,
            payment_password=PIN,
            now=datetime.now(UTC),
            client_key=f"demo:{name}",
        )
        self._told(outcome)

    def _ask(self, event: Asked) -> None:
        asker, asked = self.people[event.who], self.people[event.of]
        if MoneyRequest.objects.filter(requester=asker.id, payer=asked.id, memo=event.memo):
            return
        operations.request_money(
            actor=self._actor(event.who),
            payer=asked.phone,
            money=parse_amount(event.amount, asset_of("CNY")),
            memo=event.memo,
            now=clock.now(),
        )


def _moment(event: Event, began: datetime) -> datetime:
    """When an event happened; never later than now."""
    hour, minute = map(int, event.time.split(":"))
    day = began.astimezone(ZONE) - timedelta(days=event.days_ago)
    return min(day.replace(hour=hour, minute=minute, second=0, microsecond=0), began)


@contextmanager
def _clock_at(moment: datetime, began: datetime) -> Iterator[None]:
    """Set the sandbox clock back for one event; production has no such clock and books now."""
    path = settings.OKPAY_CLOCK_FILE
    if path is None:
        yield
        return
    before = path.read_text(encoding="ascii") if path.exists() else None
    path.write_text(str(int((moment - began).total_seconds())), encoding="ascii")
    try:
        yield
    finally:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(before, encoding="ascii")
