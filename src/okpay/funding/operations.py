"""Top-ups: begin one, take in what the acquirer says, credit the balance exactly once."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from okpay.funding import booking, moves, reports, rules
from okpay.funding.acquirers import acquirer
from okpay.funding.errors import (
    AcquirerUnavailableError,
    PermanentAcquirerError,
    RetryableAcquirerError,
    TooManyTopUpsError,
    TopUpKeyReusedError,
    TopUpNotFoundError,
    UnknownReferenceError,
)
from okpay.funding.models import TopUp, WebhookReceipt
from okpay.funding.queries import view_of
from okpay.funding.schemas import Delivery, Opened, Order, Report, TopUpView
from okpay.funding.states import FINAL, TopUpState
from okpay.identity.models import Person
from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.ids import encode, new_uuid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.money import Money

log = logging.getLogger(__name__)
MERCHANT = "OKPay"


def start_top_up(
    *, actor: Actor, money: Money, now: datetime, client_key: str = "", return_path: str = ""
) -> TopUpView:
    """Begin a top-up and return it with the address of the acquirer's card page.

    The same `client_key` of the same person begins it once; again returns the same one. `money` is
    what the card is charged; the balance grows by it less the fee. Nothing is charged here.

    Raises:
        TopUpTooSmallError, TopUpTooLargeError, TooManyTopUpsError: refused, nothing was begun.
        TopUpKeyReusedError: the key began one with another amount.
        AcquirerUnavailableError: no page now; the same call again continues the same top-up.
    """
    rules.check_bounds(money)
    top_up = _begin(actor, money, client_key or str(new_uuid()), now)
    return _to_card_page(top_up, return_path, now)


def continue_top_up(*, actor: Actor, top_up_id: UUID, now: datetime) -> TopUpView:
    """Open the card page of a top-up whose page could not be opened before.

    Raises:
        TopUpNotFoundError: not theirs, or no such top-up.
        AcquirerUnavailableError: still no page.
    """
    owned = TopUp.objects.filter(pk=top_up_id, person_id=actor.require_person()).first()
    if owned is None:
        raise TopUpNotFoundError
    return _to_card_page(owned, "", now)


def _to_card_page(top_up: TopUp, return_path: str, now: datetime) -> TopUpView:
    if top_up.state != TopUpState.CREATED:
        return view_of(top_up, replayed=True)
    opened = _open_page(top_up, return_path, now)
    if opened is None:
        return view_of(TopUp.objects.get(pk=top_up.pk))
    return _redirect(top_up.pk, opened, now)


@transaction.atomic(durable=True)
def _begin(actor: Actor, money: Money, client_key: str, now: datetime) -> TopUp:
    person_id = actor.require_person()
    fee = rules.fee_of(money)
    found = TopUp.objects.filter(person_id=person_id, client_key=client_key).first()
    if found is None:
        _check_open(person_id)
        made = TopUp(
            person_id=person_id,
            client_key=client_key,
            asset=money.asset.number,
            amount=money.minor,
            fee=fee.minor,
            provider=acquirer().name,
            created_at=now,
        )
        TopUp.objects.bulk_create([made], ignore_conflicts=True)
        found = TopUp.objects.get(person_id=person_id, client_key=client_key)
        if found.pk == made.pk:
            _begun(actor, found, now)
    if (found.asset, int(found.amount)) != (money.asset.number, money.minor):
        raise TopUpKeyReusedError
    return found


def _begun(actor: Actor, top_up: TopUp, now: datetime) -> None:
    from okpay.funding import tasks  # noqa: PLC0415 — tasks import this file

    audit.record(
        actor=actor,
        action="funding.top_up.begun",
        subject=encode("tup", top_up.pk),
        data={"asset": top_up.asset, "amount": str(top_up.amount)},
        now=now,
    )
    tasks.ask_later(top_up.pk, number=0, step=rules.FIRST_STEP)


def _check_open(person_id: UUID) -> None:
    """Count under the person's lock, so that parallel requests cannot pass the limit together."""
    Person.objects.select_for_update().get(pk=person_id)
    unfinished = TopUp.objects.filter(person_id=person_id).exclude(state__in=FINAL)
    if unfinished.count() >= rules.OPEN_AT_ONCE:
        raise TooManyTopUpsError


def _open_page(top_up: TopUp, return_path: str, now: datetime) -> Opened | None:
    """Ask the acquirer for a page, outside any transaction; None when it refused for good."""
    public_id = encode("tup", top_up.pk)
    path = return_path or f"/topup/{public_id}/back"
    order = Order(
        reference=public_id,
        money=reports.total_of(top_up),
        merchant=MERCHANT,
        return_url=f"{settings.OKPAY_BASE_URL}{path}",
        webhook_url=f"{settings.OKPAY_BASE_URL}/hooks/acquirer",
        language=top_up.person.language,
    )
    try:
        return acquirer().open(order)
    except (RetryableAcquirerError, UnknownReferenceError) as error:
        raise AcquirerUnavailableError from error
    except PermanentAcquirerError as error:
        _refuse(top_up.pk, str(error), now)
        return None


@transaction.atomic(durable=True)
def _refuse(top_up_id: UUID, reason: str, now: datetime) -> None:
    top_up = moves.lock(top_up_id)
    top_up.decline_code = "order_refused"
    moves.move(top_up, TopUpState.DECLINED, source="query", now=now, reason=reason)


@transaction.atomic(durable=True)
def _redirect(top_up_id: UUID, opened: Opened, now: datetime) -> TopUpView:
    """Keep the page's address; a webhook may have been faster than this."""
    top_up = moves.lock(top_up_id)
    top_up.provider_id = top_up.provider_id or opened.provider_id
    top_up.hosted_url = opened.hosted_url
    if not moves.move(top_up, TopUpState.REDIRECTED, source="person", now=now):
        top_up.save(update_fields=["provider_id", "hosted_url"])
    return view_of(top_up)


@transaction.atomic(durable=True)
def come_back(*, actor: Actor, top_up_id: UUID, now: datetime) -> TopUpView:
    """Note that the person came back from the card page, and ask the acquirer at once, by a job.

    Raises:
        TopUpNotFoundError: not theirs, or no such top-up.
    """
    from okpay.funding import tasks  # noqa: PLC0415 — tasks import this file

    owned = TopUp.objects.select_for_update().filter(pk=top_up_id, person_id=actor.require_person())
    top_up = owned.first()
    if top_up is None:
        raise TopUpNotFoundError
    if moves.move(top_up, TopUpState.PROCESSING, source="person", now=now):
        tasks.ask_now(top_up.pk, number=top_up.checks)
    return view_of(top_up)


def receive_webhook(*, raw: bytes, headers: Mapping[str, str], now: datetime) -> None:
    """Take in an acquirer's webhook: its raw bytes and headers. The same id again has no effect.

    What it causes is committed, with its job, before this returns; the credit itself is tried at
    once, and by the job if that fails.

    Raises:
        BadSignatureError: not signed by the acquirer, or more than five minutes off.
    """
    delivery = acquirer().read_webhook(raw, headers)
    top_up_id = _take_in(delivery, hashlib.sha256(raw).hexdigest(), now)
    if top_up_id is None:
        return
    try:
        settle(top_up_id=top_up_id, now=now)
    except Exception:
        log.exception("the credit of a top-up is left to its job")


@transaction.atomic(durable=True)
def _take_in(delivery: Delivery, digest: str, now: datetime) -> UUID | None:
    """Apply a webhook once; return the top-up that is now to be credited, if there is one."""
    from okpay.funding import tasks  # noqa: PLC0415 — tasks import this file

    provider = acquirer().name
    _receipt, new = WebhookReceipt.objects.get_or_create(
        provider=provider,
        webhook_id=delivery.webhook_id[:100],
        defaults={"digest": digest, "received_at": now},
    )
    if not new:
        return None
    top_up = reports.apply(delivery.report, provider=provider, source="webhook", now=now)
    if top_up is None or top_up.state != TopUpState.CONFIRMED:
        return None
    tasks.settle.defer(top_up_id=str(top_up.pk))
    return top_up.pk


def resolve(*, top_up_id: UUID, number: int, step: int, now: datetime) -> None:
    """Ask the acquirer how a top-up stands; the next question is planned before this one is put.

    `number` is how many questions came before: an older job of the same chain does nothing.
    No answer, or "still processing", leaves it unknown: time alone never makes it fail.
    """
    top_up = _next_question(top_up_id, number, step, now)
    if top_up is None:
        return
    try:
        report = acquirer().fetch(encode("tup", top_up_id))
    except RetryableAcquirerError:
        return
    except UnknownReferenceError:
        _never_opened(top_up_id, now)
        return
    if _apply_answer(report, now):
        _credit(TopUp.objects.get(pk=top_up_id), report, now)


@transaction.atomic(durable=True)
def _next_question(top_up_id: UUID, number: int, step: int, now: datetime) -> TopUp | None:
    from okpay.funding import tasks  # noqa: PLC0415 — tasks import this file

    claimed = (
        TopUp.objects.filter(pk=top_up_id, checks=number)
        .exclude(state__in=FINAL)
        .update(checks=F("checks") + 1)
    )
    if not claimed:
        return None
    top_up = TopUp.objects.get(pk=top_up_id)
    if top_up.checks < rules.MAX_CHECKS:
        tasks.ask_later(top_up_id, number=top_up.checks, step=step + 1)
    else:
        moves.anomaly("unresolved", provider=top_up.provider, now=now, top_up=top_up)
    return top_up


@transaction.atomic(durable=True)
def _apply_answer(report: Report, now: datetime) -> bool:
    top_up = reports.apply(report, provider=acquirer().name, source="query", now=now)
    return top_up is not None and top_up.state == TopUpState.CONFIRMED


@transaction.atomic(durable=True)
def _never_opened(top_up_id: UUID, now: datetime) -> None:
    """The acquirer never got the order. An order that it once had is not given up for that."""
    top_up = moves.lock(top_up_id)
    if top_up.provider_id:
        moves.anomaly("order_forgotten", provider=top_up.provider, now=now, top_up=top_up)
    else:
        moves.move(top_up, TopUpState.CANCELED, source="query", now=now, reason="never_opened")


def settle(*, top_up_id: UUID, now: datetime) -> TopUpState:
    """Credit a confirmed top-up to the balance. Calling it again, or at once twice, credits once.

    The row alone is no proof that a card was charged: the acquirer is asked before the money is
    booked. The engine knows the top-up by its id, so a crash between booking and writing so is
    harmless.

    Raises:
        RetryableAcquirerError: no answer of the acquirer, or of the engine; call again.
    """
    top_up = TopUp.objects.get(pk=top_up_id)
    if top_up.state != TopUpState.CONFIRMED:
        return TopUpState(top_up.state)
    try:
        report = acquirer().fetch(encode("tup", top_up_id))
    except (UnknownReferenceError, PermanentAcquirerError):
        report = None
    return _credit(top_up, report, now)


def _credit(top_up: TopUp, report: Report | None, now: datetime) -> TopUpState:
    """Book what the acquirer itself, just asked, says it charged; else call a person."""
    top_up_id = top_up.pk
    if not (report and rules.proves(report, top_up.provider_id, reports.total_of(top_up))):
        moves.anomaly("not_charged", provider=top_up.provider, now=now, top_up=top_up)
        return TopUpState(top_up.state)
    outcome = booking.book(top_up, now)
    if outcome.result == "unknown":
        raise RetryableAcquirerError("the engine's answer is not known")
    done = outcome.result == "done"
    return _settled(top_up_id, done=done, code=outcome.code, now=now)


@transaction.atomic(durable=True)
def _settled(top_up_id: UUID, *, done: bool, code: str, now: datetime) -> TopUpState:
    top_up = moves.lock(top_up_id)
    if not done:
        moves.anomaly("not_booked", provider=top_up.provider, now=now, top_up=top_up, code=code)
    elif moves.move(top_up, TopUpState.SUCCEEDED, source="engine", now=now):
        audit.record(
            actor=SYSTEM,
            action="funding.top_up.credited",
            subject=encode("tup", top_up_id),
            data={"asset": top_up.asset, "amount": str(top_up.amount)},
            now=now,
        )
    return TopUpState(top_up.state)
