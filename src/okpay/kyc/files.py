"""Opening a stored picture: by its owner, or by staff for a reason that is written down.

An address of a picture is signed, for one person and a few minutes. Whoever else holds it, later
or changed, gets nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core import signing

from okpay.identity.staff import StaffPermission, require
from okpay.kernel import audit
from okpay.kernel.ids import encode
from okpay.kyc import vault
from okpay.kyc.errors import CaseNotFoundError
from okpay.kyc.models import Picture

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor

LIFE: Final = 300  # seconds
SALT: Final = "okpay.kyc.files"
REASON: Final = 200
# What goes with the bytes wherever they are served: nothing runs, nothing is framed or kept.
HEADERS: Final = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def sign(*, viewer: UUID, file_id: UUID) -> str:
    """Return a token that opens one picture for one person, for five minutes."""
    return signing.dumps([str(viewer), str(file_id)], salt=SALT)


def read_token(token: str, *, viewer: UUID) -> UUID:
    """Return the picture that a token of this person names.

    Raises:
        CaseNotFoundError: changed, too old, or somebody else's.
    """
    try:
        found: list[str] = signing.loads(token, salt=SALT, max_age=LIFE)
    except signing.BadSignature as error:
        raise CaseNotFoundError from error
    if found[0] != str(viewer):
        raise CaseNotFoundError
    return UUID(found[1])


def own_file(*, actor: Actor, token: str) -> bytes:
    """Return a picture of the actor's own, by its signed token.

    Raises:
        CaseNotFoundError: the token is no good, or the picture is somebody else's.
    """
    me = actor.require_person()
    picture = Picture.objects.filter(pk=read_token(token, viewer=me), person_id=me).first()
    if picture is None:
        raise CaseNotFoundError
    return vault.bytes_of(picture)


def open_file(*, actor: Actor, file_id: UUID, reason: str, now: datetime) -> bytes:
    """Return a picture to staff who may see documents; each opening is written down.

    Raises:
        StaffNotPermittedError: the role may not see documents.
        CaseNotFoundError: no such picture.
        ShreddedError: the person was erased.
    """
    require(actor, StaffPermission.DOCUMENTS_READ)
    picture = Picture.objects.filter(pk=file_id).first()
    if picture is None:
        raise CaseNotFoundError
    body = vault.bytes_of(picture)
    audit.record(
        actor=actor,
        action="kyc.file.opened",
        subject=encode("kyc", picture.case_id),
        data={
            "file": encode("kyf", file_id),
            "person": encode("cus", picture.person_id),
            "slot": picture.slot,
            "reason": " ".join(reason.split())[:REASON],
        },
        now=now,
    )
    return body


def open_signed(*, actor: Actor, token: str, reason: str, now: datetime) -> bytes:
    """As `open_file`, for an address that `sign` made for this member of staff.

    Raises:
        CaseNotFoundError: the token is no good for this person; and as `open_file`.
    """
    require(actor, StaffPermission.DOCUMENTS_READ)
    file_id = read_token(token, viewer=actor.require_person())
    return open_file(actor=actor, file_id=file_id, reason=reason, now=now)
