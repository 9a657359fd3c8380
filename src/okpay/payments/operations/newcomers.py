"""Who was never paid, and how much goes to them in a day, however it is cut into small payments."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery, Sum

from okpay.identity.models import Person
from okpay.limits.levels import UNIT, is_much_for_new
from okpay.payments.aliases import alias_digest
from okpay.payments.engine.commands import answer_key
from okpay.payments.models import FirstPayment, Pending
from okpay.payments.payouts.models import Payout, PayoutLine
from okpay.payments.payouts.people import faces_of
from okpay.payments.payouts.states import LineOutcome, PayoutState
from okpay.wallets.models import Record, RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from okpay.limits.queries import Standing
    from okpay.payments.payouts.wishes import Line

CNY: Final = 156  # what a list's assets are added up in
_GONE: Final = (RecordState.COMPLETED, RecordState.PENDING)


def worth(*, amount: int, asset: int, into: int) -> int:
    """Return an amount in another asset, by the units of the limits, rounded up (minor units)."""
    return -(-amount * UNIT[into] // UNIT[asset])


def arrived(*, payer: UUID, people: Collection[str], at: datetime) -> QuerySet[Record]:
    """The transfers of this payer that had reached one of these people (ids), completed, by then.

    Completed and begun by then: so the index by payer and beginning serves.
    """
    return Record.objects.filter(
        payer=payer, payee__in=people, kind=RecordKind.TRANSFER, state=RecordState.COMPLETED,
        created_at__lte=at, completed_at__lte=at,
    )  # fmt: skip


def is_known(*, payer: UUID, who: str, at: datetime) -> bool:
    """Whether a payment had reached this person (id) by then; an address of nobody never was."""
    return _is_id(who) and arrived(payer=payer, people=[who], at=at).exists()


def sent_to(*, payer: UUID, who: str, since: datetime, into: int, but: str = "") -> int:
    """Add up what went to one payee (id or digest) since then, in minor units of `into`.

    `but` is the key of a wish that does not count while it is on its way.
    """
    return sent_since(payer=payer, to=[who], since=since, into=into, but=but)[who]


def sent_since(
    *, payer: UUID, to: Collection[str], since: datetime, into: int, but: str = ""
) -> Counter[str]:
    """Add up what went to each of `to` since then, in minor units of `into`.

    `to` are ids of people and digests of addresses (`aliases.alias_digest`).
    What waits counts, as do what is on its way and what a confirmed list has yet to pay; what was
    proven twice does not. Money that waits for an address counts for the address and for whoever
    has it by now. What is not in the book yet is read first, so that nothing slips between.
    """
    found, on_their_way = _on_their_way(payer, to, since, into, but)
    nameless: Counter[str] = Counter()
    for payee, alias, asset, total in _lines(payer):
        named = found if payee else nameless
        named[str(payee or alias)] += worth(amount=int(total), asset=asset, into=into)
    records = _unproven(payer, since).exclude(id__in=on_their_way)
    paid = records.filter(payee__in=[one for one in to if _is_id(one)])
    waits = records.filter(payee=None).annotate(
        alias=Subquery(Pending.objects.filter(record=OuterRef("id")).values("alias")[:1])
    )
    for payee, asset, total in paid.values_list("payee", "asset").annotate(Sum("amount")):
        found[str(payee)] += worth(amount=int(total), asset=asset, into=into)
    for alias, asset, total in waits.values_list("alias", "asset").annotate(Sum("amount")):
        nameless[alias or ""] += worth(amount=int(total), asset=asset, into=into)
    return found + nameless + _owned(nameless)


def digest_of(*, who: str) -> UUID:
    """Name a payee (id or digest of an address) by 16 bytes."""
    return UUID(answer_key("", "first", who))


def _on_their_way(
    payer: UUID, to: Collection[str], since: datetime, into: int, but: str
) -> tuple[Counter[str], list[UUID]]:
    """What was let go and is not in the book yet: its sums, and its records."""
    named = {digest_of(who=one): one for one in to}
    rows = FirstPayment.objects.filter(
        ~Exists(Record.objects.filter(id=OuterRef("record"))),
        payer=payer, at__gt=since, proven=False, who__in=named,
    )  # fmt: skip
    found: Counter[str] = Counter()
    records = []
    fields = ("record", "who", "asset", "amount", "key")
    for record, who, asset, amount, key in rows.values_list(*fields):
        if str(key) != but:
            found[named[who]] += worth(amount=int(amount), asset=asset, into=into)
        records.append(record)
    return found, records


def _lines(payer: UUID) -> Iterable[tuple[UUID | None, str, int, int]]:
    """What lists that were confirmed once have yet to pay: payee, digest, asset, sum."""
    lists = Payout.objects.filter(owner=payer, state=PayoutState.RUNNING, proven=False)
    lines = PayoutLine.objects.filter(
        ~Exists(Record.objects.filter(id=OuterRef("record"))),
        payout__in=lists.values("id"), outcome=LineOutcome.WAITING,
    )  # fmt: skip
    return list(lines.values_list("payee", "alias", "asset").annotate(Sum("amount")))


def _unproven(payer: UUID, since: datetime) -> QuerySet[Record]:
    """What went since then, or waits, and was not confirmed twice, by itself or with its list."""
    firsts = FirstPayment.objects.filter(payer=payer, at__gt=since, proven=True)
    lists = Payout.objects.filter(owner=payer, proven=True, started_at__gt=since)
    lines = PayoutLine.objects.filter(payout__in=lists.values("id"))
    return Record.objects.filter(
        payer=payer, created_at__gt=since, kind=RecordKind.TRANSFER, state__in=_GONE
    ).exclude(id__in=firsts.values("record")).exclude(id__in=lines.values("record"))  # fmt: skip


def _is_id(text: str) -> bool:
    return bool(text) and "@" not in text and not text.startswith("+")


def _owned(nameless: Counter[str]) -> Counter[str]:
    """The same sums by the ids of those who have the addresses."""
    found: Counter[str] = Counter()
    if nameless:
        emails = [bytes.fromhex(one[1:]) for one in nameless if one.startswith("@")]
        phones = [bytes.fromhex(one[1:]) for one in nameless if one.startswith("+")]
        proven = Q(email_index__in=emails, email_verified_at__isnull=False) | Q(
            phone_index__in=phones, phone_verified_at__isnull=False
        )
        rows = Person.objects.filter(proven).values_list("id", "email_index", "phone_index")
        for id_, email, phone in rows:
            theirs = ("@" + bytes(email or b"").hex(), "+" + bytes(phone or b"").hex())
            found[str(id_)] = sum(nameless[one] for one in theirs)
    return found


def much_in(*, payer: UUID, holds: Standing, lines: Sequence[Line], since: datetime) -> Line | None:
    """Return the line by which somebody not paid before `since` would get much within a day.

    All lines of a person count together, whatever names them, with what went to them since.
    """
    mine = [(who, line) for who, line in _by_person(lines) if who != str(payer)]
    totals = sent_since(payer=payer, to={who for who, _line in mine}, since=since, into=CNY)
    passed: dict[str, Line] = {}
    for who, line in mine:
        totals[who] += worth(amount=line.amount, asset=line.asset, into=CNY)
        if who not in passed and is_much_for_new(
            asset=CNY, amount=totals[who], level=holds.level, region=holds.region
        ):
            passed[who] = line
    for who, line in passed.items():
        if not is_known(payer=payer, who=who, at=since):
            return line
    return None


def _by_person(lines: Sequence[Line]) -> Iterable[tuple[str, Line]]:
    faces = faces_of([line for line in lines if line.alias and not line.payee])
    for line in lines:
        face = None if line.payee else faces.get(line.alias)
        yield (str(face.id) if face else line.payee or alias_digest(line.alias)), line
