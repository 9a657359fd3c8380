"""What a person takes along of the security centre: their own history of sign-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.leaving import hooks
from okpay.identity.safety.models import SignIn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID


def register() -> None:
    """Add the history to the copy of one's own data."""
    hooks.register_section("sign_ins", _sign_ins)


def _sign_ins(person_id: UUID) -> Iterator[dict[str, object]]:
    for row in SignIn.objects.filter(person_id=person_id).order_by("-last_at", "-id").iterator():
        yield {
            "first_at": row.at.isoformat(),
            "last_at": row.last_at.isoformat(),
            "times": row.times,
            "result": row.result,
            "browser": row.user_agent,
            "address": row.address or row.network,
            "country": row.country,
            "city": row.city,
        }
