"""Everything about one customer on one page, masked: read from each room by its own queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from okpay.console.pages.people import face_of
from okpay.funding.queries import used_cards
from okpay.identity import freezing
from okpay.identity.factors.queries import enrolled
from okpay.identity.models import Person
from okpay.identity.queries import access_tokens, devices_of, has_payment_password
from okpay.kernel.approvals import queries as approvals
from okpay.kernel.ids import encode
from okpay.kernel.models import AuditRow
from okpay.kyc.queries import case_of
from okpay.support.queries import tickets_of
from okpay.wallets.queries import balances, records

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.console.pages.people import Face
    from okpay.funding.schemas import UsedCard
    from okpay.identity.factors.queries import Shown
    from okpay.identity.freezing.models import Freeze
    from okpay.identity.models import AccessToken
    from okpay.identity.queries import DeviceSession
    from okpay.kernel.approvals.models import Approval
    from okpay.kyc.models import Case
    from okpay.support.models import Ticket
    from okpay.wallets.queries import Balance, RecordLine

RECORDS: Final = 20
AUDIT: Final = 20
TICKETS: Final = 10


@dataclass(frozen=True, slots=True)
class Whole:
    """A customer with all that staff may see of them."""

    face: Face
    freeze: Freeze | None
    freeze_id: str
    balances: list[Balance]
    records: list[RecordLine]
    sessions: list[DeviceSession]
    factors: list[Shown]
    payment_password: bool
    tokens: list[AccessToken]
    cards: list[UsedCard]
    tickets: list[Ticket]
    case: Case | None
    proposals: list[Approval]
    trail: list[AuditRow]


def whole(person_id: UUID, now: datetime) -> Whole | None:
    """Read everything about a customer, or None when there is no such customer."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        return None
    face = face_of(person)
    freeze = freezing.standing(person_id)
    trail = AuditRow.objects.filter(subject=face.public_id).order_by("-id")
    return Whole(
        face=face,
        freeze=freeze,
        freeze_id=encode("frz", freeze.id) if freeze else "",
        balances=balances(person_id, now),
        records=records(person_id, limit=RECORDS),
        sessions=devices_of(person_id, current_key=""),
        factors=enrolled(person_id),
        payment_password=has_payment_password(person_id),
        tokens=access_tokens(person_id, now),
        cards=used_cards(person_id),
        tickets=tickets_of(person_id)[:TICKETS],
        case=case_of(person_id),
        proposals=approvals.waiting_about(face.public_id),
        trail=list(trail[:AUDIT]),
    )
