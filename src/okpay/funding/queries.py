"""Reading top-ups. Every query takes the person it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Count, Max

from okpay.funding.errors import TopUpNotFoundError
from okpay.funding.models import Anomaly, TopUp
from okpay.funding.reports import source_label
from okpay.funding.rules import card_label
from okpay.funding.schemas import TopUpView, UsedCard
from okpay.funding.states import FINAL, TopUpState
from okpay.kernel.ids import encode
from okpay.kernel.money import BY_NUMBER, Money

if TYPE_CHECKING:
    from uuid import UUID

MAX_PAGE: Final = 100
CARDS: Final = 10


def view_of(top_up: TopUp, *, replayed: bool = False) -> TopUpView:
    """Show a top-up to its owner."""
    asset = BY_NUMBER[top_up.asset]
    return TopUpView(
        id=top_up.pk,
        public_id=encode("tup", top_up.pk),
        state=TopUpState(top_up.state),
        money=Money(asset, int(top_up.amount)),
        fee=Money(asset, int(top_up.fee)),
        source=source_label(top_up),
        decline_code=top_up.decline_code,
        hosted_url=top_up.hosted_url if top_up.state == TopUpState.REDIRECTED else "",
        created_at=top_up.created_at,
        finished_at=top_up.finished_at,
        replayed=replayed,
    )


def top_up(person_id: UUID, top_up_id: UUID) -> TopUpView:
    """Return one top-up of this person.

    Raises:
        TopUpNotFoundError: not theirs, or no such top-up.
    """
    found = TopUp.objects.filter(pk=top_up_id, person_id=person_id).first()
    if found is None:
        raise TopUpNotFoundError
    return view_of(found)


def top_ups(
    person_id: UUID, *, before: UUID | None = None, limit: int = 20, finished: bool | None = None
) -> list[TopUpView]:
    """Return a person's top-ups, newest first, older than `before`."""
    rows = TopUp.objects.filter(person_id=person_id).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if finished is not None:
        rows = rows.filter(state__in=FINAL) if finished else rows.exclude(state__in=FINAL)
    return [view_of(row) for row in rows[: min(limit, MAX_PAGE)]]


def used_cards(person_id: UUID) -> list[UsedCard]:
    """Return the cards this person has topped up with, the latest first."""
    rows = (
        TopUp.objects.filter(person_id=person_id, state=TopUpState.SUCCEEDED)
        .exclude(card_last4="")
        .values("card_brand", "card_last4", "card_expiry")
        .annotate(last=Max("finished_at"), times=Count("pk"))
        .order_by("-last")
    )
    return [
        UsedCard(
            source=card_label(row["card_brand"], row["card_last4"]),
            expiry=row["card_expiry"],
            last_used_at=row["last"],
            times=row["times"],
        )
        for row in rows[:CARDS]
    ]


def people_with_card(tail: str, *, limit: int = CARDS) -> list[UUID]:
    """Return who paid in with a card that ends so, the latest first; at most `MAX_PAGE`."""
    rows = (
        TopUp.objects.filter(card_last4=tail, state=TopUpState.SUCCEEDED)
        .values("person_id")
        .annotate(last=Max("finished_at"))
        .order_by("-last")
    )
    return [row["person_id"] for row in rows[: min(limit, MAX_PAGE)]]


def open_anomalies(limit: int = 100) -> list[Anomaly]:
    """Return what does not fit and nobody has resolved yet, newest first."""
    rows = Anomaly.objects.filter(resolved_at__isnull=True).order_by("-at")
    return list(rows[: min(limit, MAX_PAGE)])
