"""The way into the book: one call, known to the engine by the top-up's id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.funding.reports import source_label
from okpay.kernel.money import BY_NUMBER, Money

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.funding.models import TopUp
    from okpay.payments.operations import Outcome


def book(top_up: TopUp, now: datetime) -> Outcome:
    """Book a confirmed top-up; the engine books each id at most once, for ever."""
    from okpay.payments import operations as payments  # noqa: PLC0415 — it starts the engine

    asset = BY_NUMBER[top_up.asset]
    return payments.book_top_up(
        top_up_id=top_up.pk,
        person_id=top_up.person_id,
        money=Money(asset, int(top_up.amount)),
        fee=Money(asset, int(top_up.fee)),
        source_label=source_label(top_up),
        now=now,
    )
