"""Real-name checks of the demo: one in the queue, one sent back, one approved.

The pictures are drawn here and say SPECIMEN; the numbers belong to nobody.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.cli.town.people import PASSWORD, PIN

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.models import Person

REVIEWER: Final = "kyc@demo.example"
SIZE: Final = (1200, 760)


@dataclass(frozen=True)
class Candidate:
    """Somebody who has begun; `wrong` is what was sent back, by field."""

    name: str
    email: str
    phone: str
    number: str
    hours_ago: int
    approved: bool = False
    wrong: tuple[tuple[str, str], ...] = ()


CANDIDATES: Final = (
    Candidate("苏禾", "suhe@demo.example", "+8613800138021", "110105198803072112", 3),
    Candidate(
        "杜若", "duruo@demo.example", "+8613800138022", "110105199512110128", 20,
        wrong=(("back", "glare"), ("legal_name", "name_mismatch")),
    ),
    Candidate(
        "林深", "linshen@demo.example", "+8613800138023", "110105197906180330", 30, approved=True
    ),
)  # fmt: skip


def check_in() -> None:
    """Enrol them and bring each case to where it stands; safe to repeat."""
    from okpay.kernel import clock
    from okpay.kyc.models import Case

    for one in CANDIDATES:
        person = _enrolled(one)
        if not Case.objects.filter(person_id=person.id).exists():
            sent = clock.now() - timedelta(hours=one.hours_ago)
            _decide(one, _sent(one, person, sent), sent + timedelta(minutes=50))


def _enrolled(one: Candidate) -> Person:
    from okpay.identity.models import Person
    from okpay.identity.operations import enrol_person
    from okpay.kernel import clock
    from okpay.kernel.actor import SYSTEM

    found = Person.objects.filter(email_index=one.email).first()
    return found or enrol_person(
        actor=SYSTEM,
        name=one.name,
        email=one.email,
        phone=one.phone,
        password=PASSWORD,
        payment_password=PIN,
        now=clock.now(),
    )


def _sent(one: Candidate, person: Person, now: datetime) -> str:
    from okpay.kernel.actor import Actor
    from okpay.kyc import operations

    actor = Actor(person_id=person.id, kind="person", via="cli")
    case = operations.begin(actor=actor, region="CN", document="prc_id", now=now)
    for slot in ("front", "back"):
        raw = specimen(slot, one)
        operations.add_picture(actor=actor, case_id=case.pk, slot=slot, raw=raw, now=now)
    typed = {"legal_name": one.name, "number": one.number, "expiry": "2039-09-01"}
    operations.answer(actor=actor, case_id=case.pk, typed=typed, now=now)
    operations.submit(actor=actor, case_id=case.pk, now=now)
    return str(case.pk)


def _decide(one: Candidate, case_id: str, now: datetime) -> None:
    from uuid import UUID

    from okpay.identity.models import Person
    from okpay.kernel.actor import Actor
    from okpay.kyc import desk

    reviewer = Person.objects.filter(email_index=REVIEWER).first()
    if reviewer is None or not (one.approved or one.wrong):
        return
    actor = Actor(person_id=reviewer.id, kind="staff", via="cli")
    case = desk.take(actor=actor, case_id=UUID(case_id), now=now)
    if one.approved:
        desk.approve(actor=actor, case_id=case.pk, version=case.version, now=now)
        return
    wrongs = [desk.Wrong(*pair) for pair in one.wrong]
    desk.reject_fields(actor=actor, case_id=case.pk, version=case.version, wrongs=wrongs, now=now)


def specimen(slot: str, one: Candidate) -> bytes:
    """Draw a document that nobody takes for a real one."""
    import random

    from PIL import Image, ImageDraw, ImageFont

    chance = random.Random(one.number + slot)  # noqa: S311 — a drawing, no secret
    ground = tuple(chance.randrange(150, 215) for _ in range(3))
    image = Image.new("RGB", SIZE, (70, 80, 84))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((60, 50, 1140, 710), 40, fill=ground)
    for _ in range(40):  # a pattern of its own, so that no two look alike
        x, y = chance.randrange(80, 1060), chance.randrange(70, 640)
        tint = tuple(min(255, part + chance.randrange(-30, 30)) for part in ground)
        pen.ellipse((x, y, x + chance.randrange(20, 130), y + chance.randrange(20, 130)), fill=tint)
    large, small = ImageFont.load_default(92), ImageFont.load_default(46)
    pen.text((120, 110), "SPECIMEN", fill=(150, 40, 40), font=large)
    pen.text((120, 250), f"{slot.upper()} · NOT A DOCUMENT", fill=(40, 40, 40), font=small)
    if slot == "front":
        pen.rectangle((820, 150, 1060, 480), fill=(120, 130, 140))
        pen.ellipse((880, 190, 1000, 320), fill=(225, 210, 195))
        pen.text((120, 590), one.number, fill=(20, 20, 20), font=small)
    else:
        pen.text((120, 590), "2019.09.01 - 2039.09.01", fill=(20, 20, 20), font=small)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88)
    return out.getvalue()
