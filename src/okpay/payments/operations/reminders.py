"""Remind a payee of money that waits for them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.kernel.money import BY_NUMBER, Money
from okpay.notices.operations import notify, send_mail, send_sms
from okpay.payments.engine.decide_shared import DELAYED
from okpay.payments.errors import TransferNotFoundError, TransferNotPendingError
from okpay.payments.invitations import claim_link, invitation_text
from okpay.payments.models import Pending, Reminder
from okpay.payments.payee_errors import InvitationLimitError, TooManyRemindersError
from okpay.wallets.models import Record
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

MOST: Final = 3
APART: Final = timedelta(days=1)


def remind_payee(*, actor: Actor, record_id: UUID, now: datetime) -> int:
    """Tell the payee again; at most once a day and three times in all. Returns how many so far.

    Raises:
        TransferNotFoundError, TransferNotPendingError, TooManyRemindersError.
        InvitationLimitError: this payer has made us write to enough strangers today.
    """
    with transaction.atomic():
        record = Record.objects.filter(id=record_id, payer=actor.require_person()).first()
        pending = Pending.objects.filter(record=record_id).first()
        if record is None or pending is None or record.payer is None:
            raise TransferNotFoundError
        if record.state != RecordState.PENDING or pending.reason == DELAYED:
            raise TransferNotPendingError
        Person.objects.select_for_update().get(id=record.payer)  # reminders of one payer queue up
        sent = list(Reminder.objects.filter(record=record_id).order_by("-at"))
        if len(sent) >= MOST or (sent and now - sent[0].at < APART):
            raise TooManyRemindersError
        Reminder.objects.create(record=record_id, at=now)
        if not _tell(record, pending, number=len(sent) + 1, now=now):
            raise InvitationLimitError
    return len(sent) + 1


def _tell(record: Record, pending: Pending, *, number: int, now: datetime) -> bool:
    """Queue the reminder; whether it goes out."""
    assert record.payer is not None  # noqa: S101 — asked by its payer
    payer = Person.objects.get(id=record.payer)
    money = Money(BY_NUMBER[record.asset], int(record.amount))
    dedupe = f"reminder:{record.id}:{number}"
    if record.payee is not None:
        notify(
            person_id=record.payee,
            code="payee_reminder",
            params={
                "amount": {"amount": money.decimal_string(), "currency": money.asset.code},
                "payer": mask_name(payer.name),
                "expires_at": pending.deadline.isoformat(),
            },
            link=claim_link(record.id),
            dedupe=dedupe,
            mail=True,
            now=now,
        )
        return True
    with translation.override(payer.language):
        text = invitation_text(mask_name(payer.name), money, record.id, pending.deadline)
        if pending.alias.startswith("@"):
            return send_mail(
                to=pending.address, subject=_("Money is waiting for you"), text=text,
                purpose="payee_reminder", dedupe=dedupe, causer=payer.id, now=now,
            )  # fmt: skip
        return send_sms(
            to=pending.address, text=text, purpose="payee_reminder",
            dedupe=dedupe, causer=payer.id, now=now,
        )  # fmt: skip
