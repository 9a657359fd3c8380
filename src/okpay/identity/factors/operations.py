"""Renaming and removing second factors, and codes by message as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from okpay.identity import guards
from okpay.identity.factors import changes, messages
from okpay.identity.factors.errors import (
    FactorNotAddedError,
    FactorNotFoundError,
    LastFactorError,
)
from okpay.identity.factors.models import AuthenticatorApp, MessageFactor, Passkey, RecoveryCode
from okpay.identity.factors.queries import Shown, Way, enrolled
from okpay.identity.hooks import SecurityEvent
from okpay.identity.models import Person

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

TABLES: Final[dict[Way, type[Model]]] = {
    Way.PASSKEY: Passkey,
    Way.APP: AuthenticatorApp,
    Way.SMS: MessageFactor,
    Way.EMAIL: MessageFactor,
}


def _mine(person_id: UUID, factor_id: UUID) -> Shown:
    found = next((one for one in enrolled(person_id) if one.id == factor_id), None)
    if found is None:
        raise FactorNotFoundError
    return found


def rename_factor(*, actor: Actor, factor_id: UUID, name: str, now: datetime) -> None:
    """Give a passkey or an app another name.

    Raises:
        FactorNotFoundError: none of theirs, or one by message, which has no name.
        FactorNotAddedError: no name, or too long a one.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    text = changes.named(name)
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        one = _mine(person.id, factor_id)
        if one.way not in {Way.PASSKEY, Way.APP}:
            raise FactorNotFoundError
        QuerySet(TABLES[one.way]).filter(pk=one.id).update(name=text)
        changes.note(
            actor, SecurityEvent.FACTOR_RENAMED, now, kind=one.way, factor=text, old=one.name
        )


def remove_factor(*, actor: Actor, factor_id: UUID, last: bool, now: datetime) -> None:
    """Take a second factor out of force at once; with the last one go the recovery codes.

    Args:
        actor: whose it is.
        factor_id: which.
        last: whether the person said that they want to go without any.
        now: the moment.

    Raises:
        FactorNotFoundError: none of theirs.
        LastFactorError: it is the last one, and `last` is not set.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person.id)
        one = _mine(person.id, factor_id)
        alone = len(enrolled(person.id)) == 1
        if alone and not last:
            raise LastFactorError
        QuerySet(TABLES[one.way]).filter(pk=one.id).delete()
        if alone:
            RecoveryCode.objects.filter(person=person).delete()
        changes.removed(actor, one.name, one.way, now)


def add_message_factor(*, actor: Actor, way: Way, code: str, bound_to: str, now: datetime) -> None:
    """Take codes by SMS or e-mail into force: a code that arrived there shows that it is theirs.

    Raises:
        CodeWrongError, CodeExpiredError, CodeLockedError: the code.
        FactorNotAddedError: they are in force already.
        AccountFrozenError: the person may only read.
    """
    person = guards.acting_person(actor)
    purpose = messages.Purpose.FACTOR_ENROL
    messages.check(person, way, purpose=purpose, code=code, bound_to=bound_to, now=now)
    name = messages.address_shown(person, way)
    try:
        with transaction.atomic(durable=True):
            MessageFactor.objects.create(person=person, channel=way, created_at=now)
            changes.added(actor, name, way, now)
    except IntegrityError as twice:
        raise FactorNotAddedError from twice
