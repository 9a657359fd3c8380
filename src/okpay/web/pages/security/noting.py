"""Entering a second step that failed in the history of sign-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.identity.errors import CodeLockedError, CodeWrongError
from okpay.identity.factors.errors import FactorLockedError, FactorWrongError
from okpay.identity.safety import history
from okpay.identity.safety.models import Result
from okpay.kernel import clock
from okpay.web.pages.account.who import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from okpay.identity.models import Person
    from okpay.kernel.errors import DomainError

RESULTS: Final[dict[type[DomainError], Result]] = {
    FactorWrongError: Result.WRONG_FACTOR,
    CodeWrongError: Result.WRONG_FACTOR,
    FactorLockedError: Result.LOCKED,
    CodeLockedError: Result.LOCKED,
}


def note_failed_step(request: HttpRequest, person: Person, refused: DomainError) -> None:
    """Enter the failure of somebody who knew the password; other refusals are no failures."""
    result = RESULTS.get(type(refused))
    if result is not None:
        history.note(
            person_id=person.pk,
            result=result,
            user_agent=request.META.get("HTTP_USER_AGENT", ""),
            address=address_of(request),
            now=clock.now(),
        )
