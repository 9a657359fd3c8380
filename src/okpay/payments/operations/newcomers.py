"""Who was never paid, and how much goes to them in a day, however it is cut into small payments."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery, Sum

from okpay.identity.models import Person
from okpay.limits.levels import UNIT, is_much_for_new
from okpay.payments.aliases import alias_digest
from okpay.payments.errors import StepUpRequiredError
from okpay.payments.models import Pending
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


def sent_since(*, payer: UUID, to: Collection[str], since: datetime, into: int) -> Counter[str]:
    """Add up what went to each of `to` since then, in minor units of `into`.

    `to` are ids of people and digests of addresses.
    What waits counts, as does what a confirmed list has yet to pay. Money that waits for an
    address counts for the address and for whoever has it by now.
    """
    records = Record.objects.filter(
        payer=payer, created_at__gt=since, kind=RecordKind.TRANSFER, state__in=_GONE
    )
    paid = records.filter(payee__in=[one for one in to if _is_id(one)])
    waits = records.filter(payee=None).annotate(
        alias=Subquery(Pending.objects.filter(record=OuterRef("id")).values("alias")[:1])
    )
    lists = Payout.objects.filter(owner=payer, state=PayoutState.RUNNING)
    lines = PayoutLine.objects.filter(
        ~Exists(Record.objects.filter(id=OuterRef("record"))),
        payout__in=lists.values("id"), outcome=LineOutcome.WAITING,
    )  # fmt: skip
    found: Counter[str] = Counter()
    nameless: Counter[str] = Counter()
    for payee, asset, total in paid.values_list("payee", "asset").annotate(Sum("amount")):
        found[str(payee)] += worth(amount=int(total), asset=asset, into=into)
    for alias, asset, total in waits.values_list("alias", "asset").annotate(Sum("amount")):
        nameless[alias or ""] += worth(amount=int(total), asset=asset, into=into)
    sums = lines.values_list("payee", "alias", "asset").annotate(Sum("amount"))
    for payee, alias, asset, total in sums:
        named = found if payee else nameless
        named[str(payee or alias)] += worth(amount=int(total), asset=asset, into=into)
    return found + nameless + _owned(nameless)


def _is_id(text: str) -> bool:
    return "@" not in text and not text.startswith("+")


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


def refuse_much(*, payer: UUID, holds: Standing, lines: Sequence[Line], since: datetime) -> None:
    """Refuse a list by which somebody not paid before `since` would get much within a day.

    A list cannot carry the second proof that one such payment asks for. All lines of a person
    count together, whatever names them, with what went to them since.

    Raises:
        StepUpRequiredError: names the line (`line`, from 1, and its `reference`) that is too much.
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
        if not (_is_id(who) and arrived(payer=payer, people=[who], at=since).exists()):
            raise StepUpRequiredError(
                reason="new_payee", until="", line=line.number, reference=line.reference
            )


def _by_person(lines: Sequence[Line]) -> Iterable[tuple[str, Line]]:
    faces = faces_of([line for line in lines if line.alias and not line.payee])
    for line in lines:
        face = None if line.payee else faces.get(line.alias)
        yield (str(face.id) if face else line.payee or alias_digest(line.alias)), line
