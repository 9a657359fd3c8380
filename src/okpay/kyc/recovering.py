"""The number of a checked document, as a proof of somebody whose account was stolen."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from okpay.identity.freezing import hooks
from okpay.kyc import queries

if TYPE_CHECKING:
    from uuid import UUID


def register() -> None:
    """Tell recovery who knows the numbers."""
    hooks.register_identity_check(hooks.IdentityCheck(known=is_known, matches=matches))


def is_known(person_id: UUID) -> bool:
    """Whether a document of this person was approved; one that was only sent proves nothing."""
    return bool(_number(person_id))


def matches(person_id: UUID, number: str) -> bool:
    """Whether this is the number of the approved document; blanks and case do not matter."""
    kept = _number(person_id)
    return bool(kept) and hmac.compare_digest(_plain(number).encode(), kept.encode())


def _number(person_id: UUID) -> str:
    case = queries.approved_case(person_id)
    return _plain(queries.texts(case).get("number", "")) if case is not None else ""


def _plain(number: str) -> str:
    return "".join(one for one in number if one.isalnum()).upper()
