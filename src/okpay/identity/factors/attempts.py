"""One budget of guesses for everything that is typed as a second factor.

App codes and recovery codes share it, so nobody tries each of them in turn. A browser that the
person has used before has a budget of its own: a stranger who knows the password and burns the
tries does not lock out the owner. A passkey is not guessed and needs no budget.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.identity import hooks, tries
from okpay.identity.factors.errors import FactorLockedError, FactorWrongError
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.moments import moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

SECOND_FACTOR: Final = tries.TryPolicy(
    "second_factor", ((5, timedelta(minutes=15)), (10, timedelta(hours=1)))
)


def spend(*, person_id: UUID, device: str, now: datetime, check: Callable[[], bool]) -> None:
    """Spend one try, committed before the check, and return when it was right.

    Call it outside a transaction. `device` is the digest of a known browser, or "".

    Raises:
        FactorWrongError: `tries_left` says how many remain before a lock.
        FactorLockedError: `until` is when the lock ends.
    """
    subject = f"{person_id}:{device}" if device else str(person_id)
    verdict = tries.attempt(SECOND_FACTOR, subject, now, check)
    if verdict.ok:
        return
    if verdict.just_locked and verdict.locked_until is not None:
        params = {"until_at": verdict.locked_until.isoformat()}
        hooks.tell(SecurityNews(person_id, SecurityEvent.FACTOR_LOCKED, now, params))
    if verdict.locked_until is not None:
        raise FactorLockedError(until=moment(verdict.locked_until))
    raise FactorWrongError(tries_left=verdict.tries_left)
