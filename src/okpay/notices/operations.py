"""Telling people: in the message centre, by mail, by SMS. Safe inside any transaction."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation

from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.notices import caps, hooks, letters, queries, rules
from okpay.notices.errors import MessageNotFoundError
from okpay.notices.models import Message, Outgoing, Preference
from okpay.notices.schemas import Category, Channel, Choices
from okpay.notices.states import TRANSITIONS, Sending

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

ERROR_LENGTH: Final = 300
log = logging.getLogger(__name__)


@transaction.atomic
def notify(
    *,
    person_id: UUID,
    code: str,
    params: Mapping[str, Any],
    category: Category | None = None,
    link: str = "",
    dedupe: str | None = None,
    mail: bool = False,
    sms: bool = False,
    now: datetime | None = None,
) -> Message | None:
    """Tell one person one thing, in the transaction of what happened.

    `params` are plain data (see `schemas.RecordNews`). The same `dedupe` tells only once.
    Returns None when it was told before, or when the person chose not to hear of such things.
    """
    at = now or clock.now()
    kind = category or rules.kind_of(code).category
    person = Person.objects.get(pk=person_id)
    choices = queries.choices(person_id)
    message = None
    if rules.wants_in_app(kind, choices):
        message = _keep(
            Message(
                person_id=person_id,
                code=code,
                params=dict(params),
                category=kind,
                link=link,
                dedupe=dedupe,
                created_at=at,
            )
        )
        if message is None:
            return None
    if mail and person.email_verified_at and rules.wants_mail(kind, choices):
        with translation.override(person.language):
            subject, text = letters.mail_text(code, params, link)
        key = f"mail:{dedupe}"[:160] if dedupe else None
        send_mail(to=person.email, subject=subject, text=text, purpose=code, dedupe=key, now=at)
    if sms and person.phone_verified_at:
        with translation.override(person.language):
            text = letters.sms_text(code, params)
        send_sms(to=person.phone, text=text, purpose=code, now=at)
    return message


def _keep(message: Message) -> Message | None:
    """Insert the row; None when its dedupe key stands already (also from a parallel job)."""
    if message.dedupe is None:
        message.save(force_insert=True)
        return message
    Message.objects.bulk_create([message], ignore_conflicts=True)
    return message if Message.objects.filter(pk=message.pk).exists() else None


def send_mail(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    sender: str = "",
    purpose: str = "",
    dedupe: str | None = None,
    causer: UUID | None = None,
    now: datetime | None = None,
) -> bool:
    """Queue one mail in the caller's transaction; the same `dedupe` is queued only once.

    `causer` is who makes us write to somebody who is no customer; they may do so only so often
    (see `caps`). Returns whether it was queued.
    """
    return _queue(
        Outgoing(
            channel=Channel.MAIL,
            sender=sender or settings.DEFAULT_FROM_EMAIL,
            recipient=to,
            subject=" ".join(subject.split())[:400],
            text=text,
            html=html,
            purpose=purpose[:60],
            dedupe=dedupe,
            causer=causer,
            created_at=now or clock.now(),
        )
    )


def send_sms(
    *,
    to: str,
    text: str,
    purpose: str,
    dedupe: str | None = None,
    causer: UUID | None = None,
    now: datetime | None = None,
) -> bool:
    """Queue one SMS in the caller's transaction. `to` is E.164, `text` at most 500 characters.

    `dedupe`, `causer` and what is returned are as in `send_mail`.
    """
    return _queue(
        Outgoing(
            channel=Channel.SMS,
            sender="OKPay",
            recipient=to,
            recipient_range=caps.range_of(to),
            text=text[:500],
            purpose=purpose[:60],
            dedupe=dedupe,
            causer=causer,
            created_at=now or clock.now(),
        )
    )


@transaction.atomic
def _queue(outgoing: Outgoing) -> bool:
    from okpay.notices.tasks import deliver  # noqa: PLC0415 — tasks import this file

    if outgoing.dedupe and Outgoing.objects.filter(dedupe=outgoing.dedupe).exists():
        return False
    if outgoing.causer is not None and not caps.may_write(outgoing):
        log.warning("%s of %s is above the cap; not sent", outgoing.purpose, outgoing.causer)
        _keep_unsent(outgoing)
        return False
    Outgoing.objects.bulk_create([outgoing], ignore_conflicts=True)
    if not Outgoing.objects.filter(pk=outgoing.pk).exists():  # a parallel job was faster
        return False
    deliver.defer(outgoing_id=str(outgoing.pk))
    return True


def _keep_unsent(outgoing: Outgoing) -> None:
    """Remember that what has a name was not sent, so that its causer can be told."""
    if outgoing.dedupe:
        outgoing.state, outgoing.last_error = Sending.DEAD, caps.ABOVE
        outgoing.finished_at = outgoing.created_at
        Outgoing.objects.bulk_create([outgoing], ignore_conflicts=True)


def withdraw(*, dedupe: str, now: datetime) -> None:
    """Do not send what has become untrue, where it still waits for a provider."""
    waiting = Outgoing.objects.filter(dedupe=dedupe, state=Sending.QUEUED)
    for outgoing_id in waiting.values_list("pk", flat=True):
        move(outgoing_id=outgoing_id, to=Sending.DEAD, error="withdrawn", now=now)


def tell(*, record_ids: Sequence[UUID], event: str, now: datetime) -> int:
    """Tell everybody concerned about records of money; again with the same ids tells nobody twice.

    A record of which nothing can be told stops no other: it gets a job of its own.

    Returns how many messages were new.
    """
    try:
        return _told(record_ids, event, now)
    except Exception:
        if len(record_ids) == 1:
            raise
        log.exception("the news of %s records are told one by one", len(record_ids))
    return sum(_told_alone(record_id, event, now) for record_id in record_ids)


def _told_alone(record_id: UUID, event: str, now: datetime) -> int:
    from okpay.notices import tasks  # noqa: PLC0415 — tasks import this file

    try:
        return _told([record_id], event, now)
    except Exception:
        log.exception("the news of record %s are left to a job of their own", record_id)
        tasks.tell.defer(records=[str(record_id)], event=event)
        return 0


def _told(record_ids: Sequence[UUID], event: str, now: datetime) -> int:
    told = 0
    for news in hooks.facts(record_ids):
        message = notify(
            person_id=news.person_id,
            code=news.code,
            params=news.params,
            link=news.link,
            dedupe=f"record:{news.record_id}:{news.event or event}:{news.code}:{news.person_id}",
            mail=news.mail,
            now=now,
        )
        told += message is not None
    return told


def mark_read(*, actor: Actor, message_id: UUID, now: datetime) -> Message:
    """Mark one of the actor's messages as read; reading twice keeps the first time.

    Raises:
        MessageNotFoundError: not theirs, or no such message.
    """
    owned = Message.objects.filter(pk=message_id, person_id=actor.require_person())
    message = owned.first()
    if message is None:
        raise MessageNotFoundError
    if message.read_at is None:
        message.read_at = max(now, message.created_at)
        owned.filter(read_at__isnull=True).update(read_at=message.read_at)
    return message


def mark_all_read(*, actor: Actor, category: str = "", now: datetime) -> int:
    """Mark all the actor's messages (of one category) as read; return how many were unread."""
    unread = Message.objects.filter(
        person_id=actor.require_person(), read_at__isnull=True, created_at__lte=now
    )
    if category:
        unread = unread.filter(category=category)
    return unread.update(read_at=now)


def choose(*, actor: Actor, choices: Choices) -> None:
    """Store what the actor wants to hear of. Security and in-app money are not among it."""
    values = {name: getattr(choices, name) for name in Choices.__slots__}
    Preference.objects.update_or_create(person_id=actor.require_person(), defaults=values)


def begin_attempt(*, outgoing_id: UUID) -> Outgoing | None:
    """Count one more try before the network is touched; None when there is nothing to do."""
    started = Outgoing.objects.filter(pk=outgoing_id, state=Sending.QUEUED).update(
        attempts=F("attempts") + 1
    )
    return Outgoing.objects.get(pk=outgoing_id) if started else None


@transaction.atomic
def move(*, outgoing_id: UUID, to: Sending, error: str = "", now: datetime) -> bool:
    """Change the state of an outgoing message; False when it is not allowed from where it is.

    What was delivered loses its text: it may have held a code or a link.
    """
    outgoing = Outgoing.objects.select_for_update().get(pk=outgoing_id)
    if to not in TRANSITIONS[Sending(outgoing.state)]:
        return False
    outgoing.state = to
    outgoing.last_error = error[:ERROR_LENGTH]
    outgoing.finished_at = None if to is Sending.QUEUED else now
    if to is Sending.SENT:
        outgoing.text = outgoing.html = ""
    outgoing.save(update_fields=["state", "last_error", "finished_at", "text", "html"])
    return True


def note_error(*, outgoing_id: UUID, error: str) -> None:
    """Keep why the last try failed, for the operator's eyes."""
    Outgoing.objects.filter(pk=outgoing_id).update(last_error=error[:ERROR_LENGTH])


@transaction.atomic
def send_again(*, outgoing_id: UUID, now: datetime) -> bool:
    """Put a dead message back into the queue, with a fresh budget of tries."""
    from okpay.notices.tasks import deliver  # noqa: PLC0415 — tasks import this file

    if not move(outgoing_id=outgoing_id, to=Sending.QUEUED, now=now):
        return False
    Outgoing.objects.filter(pk=outgoing_id).update(attempts=0)
    deliver.defer(outgoing_id=str(outgoing_id))
    return True
