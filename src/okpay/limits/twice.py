"""Why a payment is confirmed twice, whoever gets it: one rule for the engine, the app and lists.

Pure. What a payee who is new adds to it is not known here: see `payments.operations.newcomers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from okpay.limits.levels import is_large

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.caution.care import Care


def asked_twice(
    *,
    asset: int,
    amount: int,
    level: int,
    region: str,
    care: Care | None,
    token_made_at: datetime | None,
    now: datetime,
) -> Literal["", "careful", "large"]:
    """Return `careful`, `large` or "".

    Args:
        asset: ISO 4217 number.
        amount: in its smallest unit.
        level: the payer's.
        region: the payer's.
        care: what is taken of the payer; one that is over counts as none.
        token_made_at: when the token was made that pays; None: the owner pays in the app.
        now: the moment.
    """
    if care is not None and care.until > now and not care.lets(token_made_at, now):
        return "careful"
    return "large" if is_large(asset=asset, amount=amount, level=level, region=region) else ""
