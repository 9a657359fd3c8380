"""Book money that came in from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import TopUp
from okpay.payments.outcomes import Outcome, outcome_from
from okpay.payments.prints import fingerprint_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.money import Money


def book_top_up(
    *,
    top_up_id: UUID,
    person_id: UUID,
    money: Money,
    fee: Money,
    source_label: str,
    now: datetime | None = None,  # noqa: ARG001 — the book stamps its own, the database's, time
) -> Outcome:
    """Credit a wallet with money the acquirer has confirmed, once for each `top_up_id`.

    The record gets the id of the top-up. `money` and `fee` are of one asset.
    """
    body = (str(top_up_id), str(person_id), money.asset.number, money.minor, fee.minor)
    command = TopUp(
        endpoint="top_ups",
        client_key=str(top_up_id),
        fingerprint=fingerprint_of(body),
        owner=str(person_id),
        record=str(top_up_id),
        asset=money.asset.number,
        amount=money.minor,
        fee=fee.minor,
        label=source_label[:254],
    )
    return outcome_from(engine().run(command))
