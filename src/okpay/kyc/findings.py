"""What programs find out about a case when it is sent, written down for the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from okpay.identity.models import Person
from okpay.kernel.ids import encode
from okpay.kyc import answers, vault
from okpay.kyc.checks.names import same_name
from okpay.kyc.models import Answer, Case, Finding, Picture
from okpay.kyc.queries import current_answers, current_pictures, texts
from okpay.kyc.states import CaseState

if TYPE_CHECKING:
    from datetime import datetime

GOOD, WARN, BAD = "ok", "warn", "bad"
MOST: Final = 20  # other cases named in one finding
SOON: Final = timedelta(days=30)
CANDIDATES: Final = 200


def write(
    case: Case, code: str, outcome: str, *, now: datetime, field: str = "", **facts: object
) -> None:
    """Write down one finding at the case's version; the same again replaces it."""
    Finding.objects.update_or_create(
        case=case,
        version=case.version,
        code=code,
        field=field,
        defaults={"outcome": outcome, "facts": facts, "at": now},
    )


def of_picture(case: Case, picture: Picture, *, blurred: bool, glare: bool, now: datetime) -> None:
    """Write down how good a picture is."""
    outcome = WARN if blurred or glare else GOOD
    facts = {"blurred": blurred, "glare": glare, "picture": encode("kyf", picture.id)}
    write(case, "quality", outcome, now=now, field=picture.slot, **facts)


def look_over(case: Case, *, now: datetime) -> bool:
    """Check the case as it stands now; returns whether two people must look at it.

    Who else has the number or a picture is written for staff only: the person is told nothing of
    it, neither here nor later.
    """
    numbers = _same_number(case)
    takes = _same_pictures(case)
    write(case, "number_elsewhere", BAD if numbers else GOOD, now=now, cases=numbers)
    write(case, "picture_elsewhere", BAD if takes else GOOD, now=now, cases=takes)
    values = texts(case)
    shown = Person.objects.values_list("name", flat=True).get(pk=case.person_id)
    named = same_name(values.get("legal_name", ""), shown)
    write(case, "account_name", GOOD if named else WARN, now=now)
    write(case, "check_digits", GOOD, now=now, mrz=bool(values.get("mrz")))
    _write_expiry(case, now)
    return bool(numbers or takes) or case.appealed


def _write_expiry(case: Case, now: datetime) -> None:
    today = answers.day_of(now)
    soon = case.valid_until is not None and case.valid_until < today + SOON
    until = case.valid_until.isoformat() if case.valid_until else ""
    write(case, "expiry", WARN if soon else GOOD, now=now, until=until)


def _same_number(case: Case) -> list[str]:
    number = current_answers(case).get("number")
    if number is None:
        return []
    others = Answer.objects.filter(mark=number.mark).exclude(person_id=case.person_id)
    seen = others.exclude(case__state=CaseState.DRAFT).values_list("case_id", flat=True)
    return [encode("kyc", one) for one in sorted(set(seen))[:MOST]]


def _same_pictures(case: Case) -> list[str]:
    found = set()
    for slot in current_pictures(case):
        mine = case.pictures.get(slot=slot, replaced_at__isnull=True)
        look = int.from_bytes(vault.bytes_of(mine, "look"), "big")
        others = Picture.objects.filter(marks__overlap=mine.marks).exclude(person_id=case.person_id)
        sent = others.exclude(case__state=CaseState.DRAFT).defer("sealed")
        found |= {one.case_id for one in sent.order_by("-id")[:CANDIDATES] if _alike(one, look)}
    return [encode("kyc", one) for one in sorted(found)[:MOST]]


def _alike(picture: Picture, look: int) -> bool:
    from okpay.kernel.crypto import ShreddedError  # noqa: PLC0415 — asked for here only

    try:
        return vault.alike(int.from_bytes(vault.bytes_of(picture, "look"), "big"), look)
    except ShreddedError:
        return False
