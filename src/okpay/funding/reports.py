"""What an acquirer says, by webhook or when asked, is applied here: once, checked, in one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.funding import moves, rules
from okpay.funding.models import TopUp
from okpay.funding.schemas import Report
from okpay.funding.states import TopUpState
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.kernel.money import BY_NUMBER, Money
from okpay.notices import operations as notices

if TYPE_CHECKING:
    from datetime import datetime

LINK = "/topup/{}"


def total_of(top_up: TopUp) -> Money:
    """Return what the card is to be charged; the fee is taken out of it."""
    return Money(BY_NUMBER[top_up.asset], int(top_up.amount))


def source_label(top_up: TopUp) -> str:
    """Return the card as people see it: `Visa •••• 4242`, or ""."""
    return rules.card_label(top_up.card_brand, top_up.card_last4)


def apply(report: Report, *, provider: str, source: str, now: datetime) -> TopUp | None:
    """Apply a report inside the caller's transaction; return the top-up when it is ours.

    A report that differs from the order in amount, currency or id moves nothing and is written
    down as an anomaly. One that would take a top-up back is ignored.
    """
    top_up = _find(report.reference, provider)
    if top_up is None:
        moves.anomaly(
            "unknown_reference", provider=provider, now=now, reference=report.reference[:100]
        )
        return None
    wrong = rules.mismatch(report, provider_id=top_up.provider_id, total=total_of(top_up))
    if wrong:
        moves.anomaly(
            wrong,
            provider=provider,
            now=now,
            top_up=top_up,
            said=f"{report.amount[:40]} {report.currency[:10]}",
            id=report.provider_id[:100],
        )
        return top_up
    _advance(top_up, report, source=source, now=now)
    return top_up


def _find(reference: str, provider: str) -> TopUp | None:
    try:
        found = TopUp.objects.select_for_update().filter(
            pk=decode(reference, "tup"), provider=provider
        )
    except BadIdError:
        return None
    return found.first()


def _advance(top_up: TopUp, report: Report, *, source: str, now: datetime) -> None:
    current = TopUpState(top_up.state)
    target = rules.meaning(report, current)
    if target is None:
        return
    top_up.provider_id = report.provider_id
    top_up.decline_code = report.decline_code if target is TopUpState.DECLINED else ""
    if report.card:
        top_up.card_brand = report.card.brand[:20]
        top_up.card_last4 = report.card.last4[-4:]
        top_up.card_expiry = report.card.expiry[:5]
    if moves.move(top_up, target, source=source, now=now, reason=report.decline_code):
        _tell(top_up, target, now)
        return
    top_up.refresh_from_db()
    odd = _contradiction(current, target)
    if odd:
        moves.anomaly(odd, provider=top_up.provider, now=now, top_up=top_up)


def _contradiction(current: TopUpState, target: TopUpState) -> str:
    """Name a report that denies how the top-up already ended, or ""."""
    credited = current in {TopUpState.CONFIRMED, TopUpState.SUCCEEDED}
    if target is TopUpState.CONFIRMED:
        return "" if credited else "late_success"
    return "taken_back" if credited else ""


def _tell(top_up: TopUp, state: TopUpState, now: datetime) -> None:
    """Tell the person how it stands. Success is told by the record that the engine writes."""
    codes = {TopUpState.DECLINED: "topup_failed", TopUpState.UNKNOWN: "topup_checking"}
    if state not in codes:
        return
    total = total_of(top_up)
    notices.notify(
        person_id=top_up.person_id,
        code=codes[state],
        params={
            "amount": {"amount": total.decimal_string(), "currency": total.asset.code},
            "source": source_label(top_up),
        },
        link=LINK.format(encode("tup", top_up.pk)),
        dedupe=f"topup:{top_up.pk}:{state}",
        mail=state is TopUpState.DECLINED,
        now=now,
    )
