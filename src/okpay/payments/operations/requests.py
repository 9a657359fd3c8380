"""Ask somebody for money; they pay through a normal, confirmed transfer, or decline."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity.models import Person
from okpay.identity.queries import find_person
from okpay.identity.rules import mask_name
from okpay.kernel import audit
from okpay.kernel.actor import Actor
from okpay.kernel.ids import encode
from okpay.kernel.money import BY_NUMBER, Money
from okpay.notices.operations import notify
from okpay.payments.aliases import normal_alias
from okpay.payments.errors import (
    AccountFrozenError,
    PayeeIsSelfError,
    PayeeNotFoundError,
    TooManyRequestsError,
)
from okpay.payments.intents import request_key, unseal
from okpay.payments.lookups import count_lookup
from okpay.payments.memos import clean_memo
from okpay.payments.models import MoneyRequest
from okpay.payments.operations.transfers import (
    TransferQuote,
    outcome_of,
    quote_transfer,
    send_transfer,
)
from okpay.payments.payee_errors import RequestNotFoundError, RequestNotOpenError
from okpay.payments.states import TRANSITIONS, RequestState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.payments.operations.second_proof import Proof
    from okpay.payments.outcomes import Outcome

OPEN_FOR: Final = timedelta(days=7)
MOST_OF_ONE: Final = 5  # open requests of one person to one other
MOST_OPEN: Final = 50  # open requests of one person


def request_money(
    *, actor: Actor, payer: str, money: Money, memo: str = "", now: datetime
) -> MoneyRequest:
    """Ask a person, named by verified e-mail or phone, for an amount.

    Raises:
        PayeeNotFoundError: nobody has this address. PayeeIsSelfError: one's own address.
        LookupLimitError: too many addresses were tried in the app.
        TooManyRequestsError: too many are open. AccountFrozenError: the asker's own wallet.
    """
    requester = actor.require_person()
    if Person.objects.filter(id=requester, frozen_at__isnull=False).exists():
        raise AccountFrozenError
    count_lookup(actor=actor, now=now)
    person = find_person(normal_alias(payer))
    if person is None:
        raise PayeeNotFoundError
    if person.id == requester:
        raise PayeeIsSelfError
    with transaction.atomic():
        _within_limits(requester, person.id)
        request = MoneyRequest.objects.create(
            requester=requester,
            payer=person.id,
            asset=money.asset.number,
            amount=money.minor,
            memo=clean_memo(memo),
            state=RequestState.OPEN,
            created_at=now,
            expires_at=now + OPEN_FOR,
        )
        _record(actor, request, "open", now)
        _tell(request, request.payer, "money_requested", now)
    return request


def _within_limits(requester: UUID, payer: UUID) -> None:
    """Bound how many requests one person may have open, at all and towards one other.

    Raises:
        TooManyRequestsError.
    """
    Person.objects.select_for_update().get(id=requester)  # requests of one person queue up
    mine = MoneyRequest.objects.filter(requester=requester, state=RequestState.OPEN)
    for rows, most in ((mine.filter(payer=payer), MOST_OF_ONE), (mine, MOST_OPEN)):
        if rows.count() >= most:
            raise TooManyRequestsError(most=most)


def quote_request(*, actor: Actor, request_id: UUID, now: datetime) -> TransferQuote:
    """Make the confirmation that pays a request, to its requester and for its amount.

    Raises:
        RequestNotFoundError: not this payer's. RequestNotOpenError: closed or expired.
    """
    request = MoneyRequest.objects.filter(id=request_id, payer=actor.require_person()).first()
    if request is None:
        raise RequestNotFoundError
    if request.state != RequestState.OPEN or request.expires_at <= now:
        raise RequestNotOpenError
    requester = Person.objects.get(id=request.requester)
    money = Money(BY_NUMBER[request.asset], int(request.amount))
    return quote_transfer(
        actor=actor,
        payee=encode("cus", requester.id),
        money=money,
        memo=request.memo,
        request_id=request.id,
        now=now,
    )


def pay_request(
    *,
    actor: Actor,
    intent_token: str,
    payment_password: str,
    now: datetime,
    proof: Proof | None = None,
) -> Outcome:
    """Pay what `quote_request` bound; the request is closed with the payment's record.

    All confirmations of one request share one key, so two tabs pay it once.

    Raises:
        RequestNotFoundError, RequestNotOpenError, and all of `send_transfer`.
    """
    payer = actor.require_person()
    intent = unseal(intent_token, str(payer))
    request = (
        MoneyRequest.objects.filter(id=intent.request, payer=payer).first()
        if intent.request
        else None
    )
    if request is None:
        raise RequestNotFoundError
    key = request_key(request.id)
    if request.state != RequestState.OPEN or request.expires_at <= now:
        paid = outcome_of(actor=actor, client_key=key)
        if paid is not None and paid.result != "refused":
            return paid
        raise RequestNotOpenError
    outcome = send_transfer(
        actor=actor, intent_token=intent_token, payment_password=payment_password, now=now,
        client_key=key, proof=proof,
    )  # fmt: skip
    if outcome.result == "done" and outcome.record_id is not None:
        _paid(actor, request.id, outcome.record_id, now)
    return outcome


def _paid(actor: Actor, request_id: UUID, record_id: UUID, now: datetime) -> None:
    """Close the request; one that was withdrawn in the same moment keeps its state."""
    with transaction.atomic():
        request = MoneyRequest.objects.select_for_update().get(id=request_id)
        if request.state == RequestState.OPEN:
            request.record = record_id
            move(actor=actor, request=request, new=RequestState.PAID, now=now)
            _tell(request, request.requester, "request_paid", now)


def decline_request(*, actor: Actor, request_id: UUID, now: datetime) -> MoneyRequest:
    """Refuse to pay a request. Raises RequestNotFoundError, RequestNotOpenError."""
    return _close(
        actor, str(request_id), {"payer": actor.require_person()}, RequestState.DECLINED, now
    )


def cancel_request(*, actor: Actor, request_id: UUID, now: datetime) -> MoneyRequest:
    """Withdraw one's own request. Raises RequestNotFoundError, RequestNotOpenError."""
    return _close(
        actor, str(request_id), {"requester": actor.require_person()}, RequestState.CANCELED, now
    )


def _close(
    actor: Actor, request_id: str, side: dict[str, UUID], new: RequestState, now: datetime
) -> MoneyRequest:
    with transaction.atomic():
        request = _locked(request_id, **side)
        if request.state != RequestState.OPEN:
            raise RequestNotOpenError
        paid = _was_paid(request, now)
        if not paid:
            move(actor=actor, request=request, new=new, now=now)
            _tell_closed(request, new, now)
    if paid:
        raise RequestNotOpenError
    return request


def _tell_closed(request: MoneyRequest, new: RequestState, now: datetime) -> None:
    if new == RequestState.DECLINED:
        _tell(request, request.requester, "request_declined", now)
    else:
        _tell(request, request.payer, "request_canceled", now)


def expire_requests(*, actor: Actor, now: datetime, limit: int = 500) -> int:
    """Close requests whose time is over; returns how many."""
    with transaction.atomic():
        rows = MoneyRequest.objects.select_for_update(skip_locked=True).filter(
            state=RequestState.OPEN, expires_at__lte=now
        )
        found = list(rows.order_by("id")[:limit])
        for request in found:
            if not _was_paid(request, now):
                move(actor=actor, request=request, new=RequestState.EXPIRED, now=now)
    return len(found)


def _was_paid(request: MoneyRequest, now: datetime) -> bool:
    """Whether the book knows a payment of this request that nobody came to note; notes it then."""
    payer = Actor(person_id=request.payer, kind="person", via="job")
    paid = outcome_of(actor=payer, client_key=request_key(request.id))
    if paid is None or paid.result != "done":
        return False
    request.record = paid.record_id
    move(actor=payer, request=request, new=RequestState.PAID, now=now)
    return True


def _locked(request_id: str, **side: UUID) -> MoneyRequest:
    rows = MoneyRequest.objects.select_for_update().filter(**side)
    request = rows.filter(id=request_id).first() if request_id else None
    if request is None:
        raise RequestNotFoundError
    return request


def move(*, actor: Actor, request: MoneyRequest, new: RequestState, now: datetime) -> None:
    """Change a request's state: the one writer of it.

    Raises:
        RequestNotOpenError: there is no such way in TRANSITIONS.
    """
    if new not in TRANSITIONS[RequestState(request.state)]:
        raise RequestNotOpenError
    request.state = new
    request.closed_at = now
    request.save(update_fields=["state", "record", "closed_at"])
    _record(actor, request, new.name.lower(), now)


def _record(actor: Actor, request: MoneyRequest, step: str, now: datetime) -> None:
    audit.record(
        actor=actor, action=f"requests.{step}", subject=encode("req", request.id), data={}, now=now
    )


def _tell(request: MoneyRequest, person_id: UUID, code: str, now: datetime) -> None:
    names = dict(
        Person.objects.filter(id__in=[request.requester, request.payer]).values_list("id", "name")
    )
    money = Money(BY_NUMBER[request.asset], int(request.amount))
    notify(
        person_id=person_id,
        code=code,
        params={
            "amount": {"amount": money.decimal_string(), "currency": money.asset.code},
            "payee": mask_name(names[request.requester]),
            "payer": mask_name(names[request.payer]),
        },
        link="/requests",
        dedupe=f"request:{request.id}:{code}",
        mail=True,
        now=now,
    )
