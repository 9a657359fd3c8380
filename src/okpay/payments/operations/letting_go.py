"""Payments to somebody new go one after the other: what is on its way counts before the next goes.

One payer's are decided under a lock that no other payment takes, for as long as it takes to add up
and to write one row. The row stands in for the payment until the book has it, so that an outcome
that is not known yet opens nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection, transaction

from okpay.kernel.money import BY_NUMBER, Money
from okpay.limits.levels import may_be_much_for_new
from okpay.limits.queries import standing
from okpay.payments.aliases import person_of
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import answer_key
from okpay.payments.engine.writer import EngineBusyError
from okpay.payments.errors import StepUpRequiredError
from okpay.payments.models import Answer, FirstPayment
from okpay.payments.operations import newcomers
from okpay.payments.operations.second_proof import SETTLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from okpay.kernel.actor import Actor
    from okpay.payments.engine.commands import Outcome, Send

_PURPOSE: Final = 7105  # names this among the two-number advisory locks
_TURN: Final = "SELECT pg_advisory_xact_lock(%s, hashtext(%s))"


@contextmanager
def in_turn(*, payer: UUID) -> Iterator[None]:
    """Let one payer's looks at what went to somebody new, and what they let go, follow each other.

    A transaction of its own: what is written in it counts for the next one.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(_TURN, [_PURPOSE, str(payer)])
        yield


def send_to_new(*, command: Send, who: str, now: datetime) -> Outcome:
    """Hand a payment to somebody new to the engine, unless too much goes to them within a day.

    `who` is the payee's id or, of somebody without a wallet, their address. A payment that was
    proven twice goes, and does not count for the next one.

    Raises:
        StepUpRequiredError: with what is on its way by now it asks for a second proof.
    """
    _let_go(command, who, now)
    try:
        outcome = engine().run(command)
    except EngineBusyError:  # it was not even taken
        FirstPayment.objects.filter(record=command.record).delete()
        raise
    if outcome.result != "unknown" and outcome.record != command.record:
        FirstPayment.objects.filter(record=command.record).delete()
    return outcome


def _let_go(command: Send, who: str, now: datetime) -> None:
    payer, since = UUID(command.owner), now - SETTLES
    with in_turn(payer=payer):
        if not command.proven:
            _refuse_much(command, who, since, now)
        FirstPayment.objects.filter(payer=payer, at__lt=since - SETTLES).delete()
        FirstPayment.objects.create(
            record=command.record,
            payer=payer,
            who=newcomers.digest_of(who=who),
            asset=command.asset,
            amount=command.amount,
            key=_keys(command)[0],
            proven=command.proven,
            at=now,
        )


def _refuse_much(command: Send, who: str, since: datetime, now: datetime) -> None:
    """Refuse for a new payee alone; whatever else stands against it, the engine says.

    The same wish twice at once is one payment: the second one is answered as the first.
    """
    payer = UUID(command.owner)
    lately = newcomers.sent_to(
        payer=payer, who=who, since=since, into=command.asset, but=_keys(command)[0]
    )
    money = Money(BY_NUMBER[command.asset], command.amount)
    reason = standing(payer, now).asks_twice(
        money, new_payee=True, lately=lately, token_made_at=command.token_made_at
    )
    if reason == "new_payee" and not _answered(command):
        raise StepUpRequiredError(reason=reason, until="")


def send_by_token(*, actor: Actor, command: Send, now: datetime) -> Outcome:
    """Pay by a token, which proves nothing twice.

    What is much for somebody new is refused. Smaller payments by token are not added up here: they
    are bounded by the limits, and count for the app and for lists.

    Raises:
        StepUpRequiredError: it is much for somebody who was not paid before.
    """
    command.token_made_at = actor.token_made_at
    who = _somebody_new(command, now)
    if not who:
        return engine().run(command)
    return send_to_new(command=command, who=who, now=now)


def _somebody_new(command: Send, now: datetime) -> str:
    """Return whom a payment that may be much is for (id or digest), if they are new, else "".

    What was answered before is answered again, and what nobody can receive is refused, by the
    engine.
    """
    if not may_be_much_for_new(asset=command.asset, amount=command.amount) or _answered(command):
        return ""
    owner = person_of(command.alias) if command.alias else None
    who = command.payee or (str(owner.pk) if owner else command.alias if command.invite else "")
    if not who or who == command.owner:
        return ""
    known = newcomers.is_known(payer=UUID(command.owner), who=who, at=now - SETTLES)
    return "" if known else who


def _answered(command: Send) -> bool:
    return Answer.objects.filter(key__in=_keys(command)).exists()


def _keys(command: Send) -> list[str]:
    names = (command.client_key, command.twin_key)
    return [answer_key(command.owner, command.endpoint, name) for name in names if name]
