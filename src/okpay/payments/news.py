"""What each side is told about a record: facts for the message centre."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _

from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.kernel.money import BY_NUMBER, Money
from okpay.notices.operations import send_mail, send_sms, withdraw
from okpay.notices.schemas import RecordNews
from okpay.payments.engine.decide_shared import DELAYED
from okpay.payments.invitations import claim_link, invitation_key, invitation_text
from okpay.payments.models import MoneyRequest, Pending
from okpay.payments.payouts.running import CHANNEL
from okpay.wallets.models import PREFIXES, Record, RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

_SENDER = {
    RecordState.COMPLETED: "transfer_sent",
    RecordState.PENDING: "transfer_pending",
    RecordState.EXPIRED: "transfer_returned",
    RecordState.DECLINED: "transfer_returned",
}
_PAYEE = {
    RecordState.COMPLETED: "transfer_received",
    RecordState.PENDING: "transfer_waiting",
    RecordState.CANCELED: "transfer_canceled",
}


def facts(record_ids: Sequence[UUID]) -> list[RecordNews]:
    """Tell for each record what its people should hear, from the state it has now."""
    records = list(Record.objects.filter(id__in=record_ids))
    people = _people(records)
    pendings = {row.record: row for row in Pending.objects.filter(record__in=record_ids)}
    by_request = set(
        MoneyRequest.objects.filter(record__in=record_ids).values_list("record", flat=True)
    )
    news: list[RecordNews] = []
    for record in records:
        if record.kind == RecordKind.TRANSFER:
            news += _of_transfer(
                record, people, pendings.get(record.id), requested=record.id in by_request
            )
            _invite(record, people, pendings.get(record.id))
        elif record.kind == RecordKind.TOP_UP:
            news += _of_top_up(record)
        elif record.kind == RecordKind.REFUND:
            news += _of_refund(record, people)
        elif record.kind == RecordKind.ADJUSTMENT:
            news += _of_adjustment(record)
    return news


def _people(records: list[Record]) -> dict[UUID, Person]:
    ids = {side for record in records for side in (record.payer, record.payee)} - {None}
    return Person.objects.in_bulk([side for side in ids if side is not None])


def _amount(record: Record, minor: int) -> dict[str, str]:
    money = Money(BY_NUMBER[record.asset], minor)
    return {"amount": money.decimal_string(), "currency": money.asset.code}


def _of_transfer(
    record: Record, people: dict[UUID, Person], pending: Pending | None, *, requested: bool
) -> list[RecordNews]:
    state = RecordState(record.state)
    params = _params(record, people, pending)
    link = f"/records/{encode(PREFIXES[record.kind], record.id)}"
    news = []
    delayed = pending is not None and pending.reason == DELAYED
    waits = state == RecordState.PENDING
    if record.payer is not None and state in _SENDER and not _told_in_one(record, pending):
        claimed = state == RecordState.COMPLETED and pending is not None and not delayed
        code = "transfer_claimed" if claimed else _SENDER[state]
        code = "transfer_delayed" if delayed and waits else code
        news.append(_one(record, record.payer, code, params, link))
    if record.payee is not None and state in _PAYEE and not requested:
        code = "transfer_coming" if delayed and waits else _PAYEE[state]
        there = claim_link(record.id) if waits and not delayed else link
        news.append(_one(record, record.payee, code, params, there))
    return news


def _told_in_one(record: Record, pending: Pending | None) -> bool:
    """Whether the payer hears of a record by the one message for the whole list it was in."""
    if record.channel != CHANNEL:
        return False
    return record.state == RecordState.PENDING or pending is None


def _params(record: Record, people: dict[UUID, Person], pending: Pending | None) -> dict[str, Any]:
    params: dict[str, Any] = {"amount": _amount(record, int(record.amount))}
    if record.payer in people:
        params["payer"] = mask_name(people[record.payer].name)
    params["payee"] = record.label
    if record.payee in people:
        params["payee"] = mask_name(people[record.payee].name)
    if pending is not None:
        params["expires_at"] = pending.deadline.isoformat()
    return params


def _one(
    record: Record, person_id: UUID, code: str, params: dict[str, Any], link: str
) -> RecordNews:
    event = RecordState(record.state).name.lower()
    return RecordNews(record.id, event, person_id, code, params, link)


def _of_top_up(record: Record) -> list[RecordNews]:
    assert record.payee is not None  # noqa: S101 — a top-up always has its person
    params = {
        "amount": _amount(record, int(record.amount)),
        "fee": _amount(record, int(record.fee)),
        "source": record.label,
    }
    link = f"/records/{encode(PREFIXES[record.kind], record.id)}"
    return [_one(record, record.payee, "topup_done", params, link)]


def _of_refund(record: Record, people: dict[UUID, Person]) -> list[RecordNews]:
    """Both hear of money that went back; of a card's chargeback, only its person."""
    params = _params(record, people, None)
    link = f"/records/{encode(PREFIXES[record.kind], record.id)}"
    sides = [(record.payer, "refund_sent"), (record.payee, "refund_received")]
    return [_one(record, one, code, params, link) for one, code in sides if one is not None]


def _of_adjustment(record: Record) -> list[RecordNews]:
    """Tell the owner that staff corrected their balance, and why."""
    params = {"amount": _amount(record, int(record.amount)), "note": record.memo}
    link = f"/records/{encode(PREFIXES[record.kind], record.id)}"
    sides = [(record.payer, "adjusted_out"), (record.payee, "adjusted_in")]
    return [_one(record, one, code, params, link) for one, code in sides if one is not None]


def _invite(record: Record, people: dict[UUID, Person], pending: Pending | None) -> None:
    """Write to an address that has no wallet yet; the same invitation is queued once.

    A transfer that waits no longer invites nobody: what has not left the house yet is withdrawn.
    """
    if pending is None or record.payer is None:
        return
    dedupe = invitation_key(record.id)
    if record.state != RecordState.PENDING:
        withdraw(dedupe=dedupe, now=clock.now())
        return
    if record.payee is not None:
        return
    payer = people[record.payer]
    money = Money(BY_NUMBER[record.asset], int(record.amount))
    with translation.override(payer.language):
        text = invitation_text(mask_name(payer.name), money, record.id, pending.deadline)
        if pending.alias.startswith("@"):
            send_mail(
                to=pending.address, subject=_("Money is waiting for you"), text=text,
                purpose="invitation", dedupe=dedupe, causer=record.payer,
            )  # fmt: skip
        else:
            send_sms(
                to=pending.address, text=text, purpose="invitation",
                dedupe=dedupe, causer=record.payer,
            )  # fmt: skip
