"""Entering a second step that failed in the history of sign-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.identity.errors import CodeLockedError, CodeWrongError
from okpay.identity.factors.errors import FactorLockedError, FactorWrongError, PasswordFirstError
from okpay.identity.safety import history
from okpay.identity.safety.models import Result
from okpay.kernel import clock
from okpay.web.pages.account.who import address_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from okpay.kernel.errors import DomainError

RESULTS: Final[dict[type[DomainError], Result]] = {
    FactorWrongError: Result.WRONG_FACTOR,
    CodeWrongError: Result.WRONG_FACTOR,
    FactorLockedError: Result.LOCKED,
    PasswordFirstError: Result.WRONG_FACTOR,
    CodeLockedError: Result.LOCKED,
}


def note_failed_step(request: HttpRequest, person_id: UUID | None, refused: DomainError) -> None:
    """Enter the failure of somebody who knew the password, or named a passkey of this person.

    Other refusals are no failures, and nobody's are not kept.
    """
    result = RESULTS.get(type(refused))
    if result is not None and person_id is not None:
        history.note(
            person_id=person_id,
            result=result,
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
            address=address_of(request),
            now=clock.now(),
        )
