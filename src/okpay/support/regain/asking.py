"""Asking for an account that one cannot get into: proven as at the enrolment, said to nobody.

Whatever is typed, the answer is the same: nobody learns whether an account exists, whether a
document was ever checked, or whether a number is right. Staff get to see only what fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from okpay.identity import codes, queries, tries
from okpay.identity.codes import Purpose
from okpay.identity.hashing import keyed_digest
from okpay.identity.models import Person
from okpay.kernel import audit, crypto
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import encode, new_uuid
from okpay.kyc import queries as kyc
from okpay.kyc import recovering
from okpay.kyc.checks import pictures
from okpay.kyc.checks.names import same_name
from okpay.support.models import Regain, RegainPicture
from okpay.support.regain.states import GOING_ON, RegainState, move

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kyc.checks.pictures import Clean

SLOTS: Final = ("document", "person")  # the document, and its holder beside it
STORY_LONGEST: Final = 2000  # characters
# A guess at a number costs a claim, counted for an alias of nobody as for somebody's.
CLAIMS: Final = tries.TryPolicy("regain", ((3, timedelta(hours=24)),))
# All claimants of one account together: far from guessing a number, far from shutting others out.
ALL_CLAIMS: Final = tries.TryPolicy("regain_all", ((30, timedelta(hours=24)),))
SENDINGS: Final = tries.TryPolicy("regain_sendings", ((6, timedelta(hours=24)),))


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed: whose account, where to write to, the document, and what happened.

    `contact` was proven by a code (`prove_contact`); `shots` are the files as they came, by slot.
    """

    alias: str
    contact: str
    name: str
    number: str
    story: str
    shots: dict[str, bytes]


def _place(contact: str) -> str:
    return f"r:{keyed_digest('regain', contact)[:14]}"


def send_contact_code(*, contact: str, attempt: str, address: str, now: datetime) -> None:
    """Mail a code to the address where the link may go in the end.

    Raises:
        CodeCoolingError, CodeLockedError, TooManyCodesError: see `codes.send_code`.
    """

    def mail(code: str) -> None:
        EmailMessage(
            subject=_("Your OKPay code: %(code)s") % {"code": code},
            body=codes.text_of(Purpose.REGAIN, code),
            to=[contact],
            headers={"X-OKPay-Purpose": Purpose.REGAIN.value},
        ).send()

    codes.send_code(
        purpose=Purpose.REGAIN,
        person_id=None,
        phone=_place(contact),
        address=address,
        bound_to=attempt,
        deliver=mail,
        now=now,
    )


def prove_contact(*, contact: str, attempt: str, code: str, now: datetime) -> None:
    """Return when the code arrived at this address. Call it outside a transaction.

    Raises:
        CodeWrongError, CodeExpiredError, CodeLockedError: see `codes.check_code`.
    """
    codes.check_code(
        purpose=Purpose.REGAIN,
        person_id=None,
        phone=_place(contact),
        code=code,
        bound_to=attempt,
        now=now,
    )


def may_send(*, contact: str, now: datetime) -> bool:
    """Spend one of the sendings of a proven address; False when none is left for today.

    Looking at pictures is dear: each sending counts, refused or not. Outside a transaction.
    """
    return tries.attempt(SENDINGS, keyed_digest("regain", contact), now, lambda: False).checked


def ask(*, claim: Claim, now: datetime) -> None:
    """Put a claim to staff, if number and name are those that were checked at the enrolment.

    Nothing is answered. Outside a transaction: a try is spent before anything is compared; three
    that do not fit close this way for a day. A claim that staff have not decided on yet is
    replaced; one that two people have agreed to is not.

    Raises:
        FileTypeRefusedError, PictureTooLargeError, PictureTooSmallError, PictureUnreadableError,
        PictureTooIntricateError, TooManyUploadsError: a picture; the same for every alias.
    """
    shots = {slot: pictures.clean(claim.shots[slot]) for slot in SLOTS}
    person = queries.find_person(claim.alias)
    subject = str(person.pk) if person is not None else keyed_digest("regain", claim.alias.lower())
    verdict = tries.attempt(
        CLAIMS,
        f"{subject} {keyed_digest('regain', claim.contact)}",
        now,
        lambda: tries.attempt(ALL_CLAIMS, subject, now, lambda: _fits(person, claim)).ok,
    )
    if person is None:
        return
    if not verdict.ok:
        audit.record(
            actor=SYSTEM,
            action="support.regain.unfit",
            subject=encode("cus", person.pk),
            data={"locked": not verdict.checked},
            now=now,
        )
        return
    _enter(person.pk, claim, shots, now)


def _fits(person: Person | None, claim: Claim) -> bool:
    """Whether the document is the one that was approved; without one there is nothing to fit."""
    if person is None or not recovering.matches(person.pk, claim.number):
        return False
    return same_name(kyc.legal_name(person.pk), claim.name)


def _enter(person_id: UUID, claim: Claim, shots: dict[str, Clean], now: datetime) -> None:
    with transaction.atomic(durable=True):
        Person.objects.select_for_update().get(pk=person_id)
        before = Regain.objects.select_for_update().filter(person_id=person_id, state__in=GOING_ON)
        for one in before:
            if one.state != RegainState.ASKED:
                return  # two people agreed to it
            move(actor=SYSTEM, regain=one, new=RegainState.EXPIRED, now=now)
        regain = _entered(person_id, claim, now)
        for slot, shot in shots.items():
            number = new_uuid()
            RegainPicture.objects.create(
                id=number,
                regain=regain,
                person_id=person_id,
                slot=slot,
                sealed=_seal(person_id, "support_regainpicture", "sealed", number, shot.body),
                created_at=now,
            )
        audit.record(
            actor=SYSTEM,
            action="support.regain.asked",
            subject=encode("cus", person_id),
            data={"regain": str(regain)},
            now=now,
        )


def _entered(person_id: UUID, claim: Claim, now: datetime) -> Regain:
    number = new_uuid()
    table, story = "support_regain", claim.story[:STORY_LONGEST].encode()
    return Regain.objects.create(
        id=number,
        person_id=person_id,
        contact=_seal(person_id, table, "contact", number, claim.contact.encode()),
        story=_seal(person_id, table, "story", number, story),
        asked_at=now,
    )


def _seal(person_id: UUID, table: str, column: str, row: UUID, plain: bytes) -> bytes:
    return crypto.seal(person_id, table=table, column=column, row=str(row), plain=plain)
