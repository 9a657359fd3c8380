"""Read claims to accounts. Opening a picture is written down; nothing else here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.identity.staff import StaffPermission, require
from okpay.kernel import audit, crypto
from okpay.kernel.ids import encode
from okpay.support.models import Regain, RegainPicture
from okpay.support.regain.errors import RegainNotFoundError
from okpay.support.regain.states import GOING_ON

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

MOST: Final = 100


def going_on(*, limit: int = MOST) -> list[Regain]:
    """List the claims that are not over, the oldest first."""
    rows = Regain.objects.filter(state__in=GOING_ON).select_related("person")
    return list(rows.order_by("asked_at")[: min(limit, MOST)])


def find(regain_id: UUID) -> Regain | None:
    """Return a claim with its person."""
    return Regain.objects.select_related("person").filter(pk=regain_id).first()


def contact_of(regain: Regain) -> str:
    """Return the address the link goes to; "" once the person's keys were destroyed."""
    return _opened(regain, "contact", bytes(regain.contact))


def story_of(regain: Regain) -> str:
    """Return what was written; "" once the person's keys were destroyed."""
    return _opened(regain, "story", bytes(regain.story))


def _opened(regain: Regain, column: str, sealed: bytes) -> str:
    try:
        plain = crypto.unseal(
            regain.person_id,
            table="support_regain",
            column=column,
            row=str(regain.id),
            sealed=sealed,
        )
    except crypto.ShreddedError:
        return ""
    return plain.decode()


def pictures_of(regain: Regain) -> list[RegainPicture]:
    """List the pictures of a claim without their bytes."""
    return list(regain.pictures.defer("sealed").order_by("slot"))


def open_picture(*, actor: Actor, picture_id: UUID, now: datetime) -> bytes:
    """Return a picture (JPEG) to staff who may see documents; each opening is written down.

    Raises:
        NotPermittedError: the right is missing. RegainNotFoundError: no such picture.
        ShreddedError: the person was erased.
    """
    require(actor, StaffPermission.DOCUMENTS_READ)
    row = RegainPicture.objects.filter(pk=picture_id).first()
    if row is None:
        raise RegainNotFoundError
    body = crypto.unseal(
        row.person_id,
        table="support_regainpicture",
        column="sealed",
        row=str(row.id),
        sealed=bytes(row.sealed),
    )
    audit.record(
        actor=actor,
        action="support.regain.picture_opened",
        subject=encode("cus", row.person_id),
        data={"regain": encode("rgn", row.regain_id), "slot": row.slot},
        now=now,
    )
    return body
