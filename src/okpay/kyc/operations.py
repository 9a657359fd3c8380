"""What a person does about their own real-name check."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from okpay.identity import guards, tries
from okpay.kernel.ids import new_uuid
from okpay.kyc import answers, documents, findings, moves, vault
from okpay.kyc.checks import pictures
from okpay.kyc.errors import (
    AnswersRefusedError,
    AppealSpentError,
    CaseClosedError,
    CaseIncompleteError,
    DocumentUnknownError,
    FieldClosedError,
    LevelReachedError,
    TooManySubmissionsError,
    TooManyUploadsError,
)
from okpay.kyc.models import Answer, Case, CaseEvent, Picture
from okpay.kyc.queries import current_answers, missing, open_parts
from okpay.kyc.states import EDITABLE, OPEN, CaseState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor
    from okpay.kyc.checks.pictures import Clean

HIGHEST: Final = 2
SENT_A_DAY: Final = 5
PICTURES_A_DAY: Final = 60
DAY: Final = timedelta(days=1)
# Every file that is looked at, kept or not: a refused one costs as much. Counted by days of UTC.
TRIED: Final = tries.TryPolicy("kyc_picture", ((PICTURES_A_DAY, DAY),))
APPEAL_LENGTH: Final = 1_000
_SENDING: Final = (CaseState.SUBMITTED, CaseState.RESUBMITTED, CaseState.APPEALED)


def begin(*, actor: Actor, region: str, document: str, now: datetime) -> Case:
    """Open a draft for a document; an open draft becomes one for this document.

    What a draft held of another document is kept, but no longer part of the case.

    Raises:
        AccountFrozenError: a frozen person may only read.
        DocumentUnknownError: not offered for this region.
        LevelReachedError: a case is under way, or there is no higher level.
    """
    person = guards.acting_person(actor)
    region = region if region in documents.REGIONS else "ZZ"
    if document not in {one.code for one in documents.documents_of(region)}:
        raise DocumentUnknownError
    if person.level >= HIGHEST:
        raise LevelReachedError
    try:
        with transaction.atomic():
            _end_draft(actor, person.id, now)
            return Case.objects.create(
                person_id=person.id,
                region=region,
                document=document,
                target=person.level + 1,
                created_at=now,
            )
    except IntegrityError as error:
        raise LevelReachedError from error


def _end_draft(actor: Actor, person_id: UUID, now: datetime) -> None:
    draft = Case.objects.filter(person_id=person_id, state=CaseState.DRAFT)
    for case in draft.select_for_update():
        moves.move(case, CaseState.CANCELED, actor=actor, now=now)


def cancel(*, actor: Actor, case_id: UUID, now: datetime) -> None:
    """Give up a case that waits for the person; they may begin another.

    Raises:
        CaseNotFoundError, CaseClosedError, AccountFrozenError.
    """
    with transaction.atomic():
        case = _editable(actor, case_id)
        moves.move(case, CaseState.CANCELED, actor=actor, now=now)


def add_picture(*, actor: Actor, case_id: UUID, slot: str, raw: bytes, now: datetime) -> Picture:
    """Check a picture, draw it anew, encrypt it, and put it in the place of an earlier one.

    Args:
        actor: whose case it is.
        case_id: a draft, or one that asks for this picture.
        slot: which side; see `documents.slots_of`, and `documents.EXTRA`.
        raw: the file as it came; neither its name nor its declared type is asked for.
        now: the moment.

    Raises:
        CaseNotFoundError, CaseClosedError, FieldClosedError: not this person's, not now, not this.
        FileTypeRefusedError, PictureTooLargeError, PictureTooSmallError, PictureUnreadableError.
        PictureTooIntricateError.
        TooManyUploadsError: sixty in a day, refused ones included.
        AccountFrozenError: a frozen person may only read.
    """
    with transaction.atomic():  # asked before the costly part, and again after it
        _open_part(_editable(actor, case_id), slot)
        _hold_daily(actor.require_person(), now)
    _count_try(actor.require_person(), now)
    clean = pictures.clean(raw)
    with transaction.atomic():
        case = _editable(actor, case_id)
        _open_part(case, slot)
        _hold_daily(case.person_id, now)
        return _keep(case, slot, clean, now)


def _hold_daily(person_id: UUID, now: datetime) -> None:
    sent = Picture.objects.filter(person_id=person_id, created_at__gt=now - DAY)
    if sent.count() >= PICTURES_A_DAY:
        raise TooManyUploadsError


def _count_try(person_id: UUID, now: datetime) -> None:
    subject = f"{person_id} {now.timestamp() // DAY.total_seconds():.0f}"
    if not tries.attempt(TRIED, subject, now, lambda: False).checked:
        raise TooManyUploadsError


def _keep(case: Case, slot: str, clean: Clean, now: datetime) -> Picture:
    _changed(case)
    case.pictures.filter(slot=slot, replaced_at__isnull=True).update(replaced_at=now)
    picture_id = new_uuid()
    print_of = clean.look.to_bytes(vault.BANDS * vault.BITS // 8, "big")
    kept = Picture.objects.create(
        id=picture_id,
        case=case,
        person_id=case.person_id,
        slot=slot,
        version=case.version,
        mime="image/jpeg",
        width=clean.width,
        height=clean.height,
        size=len(clean.body),
        sealed=vault.seal_picture(case.person_id, picture_id, "sealed", clean.body),
        look=vault.seal_picture(case.person_id, picture_id, "look", print_of),
        marks=vault.look_marks(clean.look),
        created_at=now,
    )
    findings.of_picture(case, kept, blurred=clean.blurred, glare=clean.glare, now=now)
    case.remarks.filter(field=slot, resolved_at__isnull=True).update(resolved_at=now)
    return kept


def answer(*, actor: Actor, case_id: UUID, typed: Mapping[str, str], now: datetime) -> None:
    """Keep what was typed into the fields that are open; all of them, or none.

    Raises:
        CaseNotFoundError, CaseClosedError, AccountFrozenError.
        FieldClosedError: none of the fields is asked for.
        AnswersRefusedError: `problems` says which field and why.
    """
    with transaction.atomic():
        case = _editable(actor, case_id)
        document = documents.DOCUMENTS[case.document]
        only = [name for name in open_parts(case) if name in document.fields]
        if not only:
            raise FieldClosedError(field=", ".join(sorted(typed))[:80])
        known = {name: vault.text_of(one) for name, one in current_answers(case).items()}
        today = answers.day_of(now)
        read = answers.read(document, case.region, typed, today, only=only, known=known)
        if read.problems:
            raise AnswersRefusedError(read.problems)
        _write_answers(case, read.values, now)


def _write_answers(case: Case, values: Mapping[str, str], now: datetime) -> None:
    _changed(case)
    kind = documents.DOCUMENTS[case.document].number
    for name, text in values.items():
        case.answers.filter(field=name, replaced_at__isnull=True).update(replaced_at=now)
        answer_id = new_uuid()
        is_number = name == "number"
        Answer.objects.create(
            id=answer_id,
            case=case,
            person_id=case.person_id,
            field=name,
            version=case.version,
            sealed=vault.seal_text(case.person_id, answer_id, text),
            mark=vault.number_mark(kind, text) if is_number else "",
            created_at=now,
        )
    if "expiry" in values:
        case.valid_until = answers.date_of(values["expiry"])
        case.save(update_fields=["valid_until"])
    fields = case.remarks.filter(field__in=list(values), resolved_at__isnull=True)
    fields.update(resolved_at=now)


def submit(*, actor: Actor, case_id: UUID, now: datetime) -> Case:
    """Send a case to the queue, the first time or again; what programs can see is written down.

    Raises:
        CaseNotFoundError, CaseClosedError, AccountFrozenError.
        CaseIncompleteError: `missing` names the parts.
        TooManySubmissionsError: five a day.
    """
    from okpay.kyc import tasks  # noqa: PLC0415 — the jobs call this module

    with transaction.atomic():
        case = _editable(actor, case_id)
        _hold_sent(case.person_id, now)
        lacking = missing(case)
        if lacking:
            words = ", ".join(str(documents.word_of(part)) for part in lacking)
            raise CaseIncompleteError(missing=words)
        first = case.state == CaseState.DRAFT
        case.rounds += 1
        case.high_risk = findings.look_over(case, now=now)
        new = CaseState.SUBMITTED if first else CaseState.RESUBMITTED
        moves.move(case, new, actor=actor, now=now, document=case.document)
        tasks.later(case)
    return case


def appeal(*, actor: Actor, case_id: UUID, text: str, now: datetime) -> None:
    """Have a final refusal looked at by somebody else; once.

    Raises:
        AppealSpentError: not finally refused, or appealed already.
        CaseNotFoundError, AccountFrozenError, TooManySubmissionsError.
        AnswersRefusedError: no words were given.
    """
    guards.acting_person(actor)
    words = " ".join(text.split())[:APPEAL_LENGTH]
    if not words:
        raise AnswersRefusedError({"appeal": "missing"})
    with transaction.atomic():
        case = moves.lock(case_id, person_id=actor.require_person())
        if case.appealed or case.state != CaseState.FINAL_REJECTED or _other_open(case):
            raise AppealSpentError
        _hold_sent(case.person_id, now)
        case.appealed = True
        answer_id = new_uuid()
        _changed(case)
        Answer.objects.create(
            id=answer_id,
            case=case,
            person_id=case.person_id,
            field="appeal",
            version=case.version,
            sealed=vault.seal_text(case.person_id, answer_id, words),
            created_at=now,
        )
        moves.move(case, CaseState.APPEALED, actor=actor, now=now)


def _other_open(case: Case) -> bool:
    return Case.objects.filter(person_id=case.person_id, state__in=OPEN).exists()


def _editable(actor: Actor, case_id: UUID) -> Case:
    """Lock a case of the actor's that waits for them."""
    guards.acting_person(actor)
    case = moves.lock(case_id, person_id=actor.require_person())
    if case.state not in EDITABLE:
        raise CaseClosedError
    return case


def _open_part(case: Case, part: str) -> None:
    if part not in open_parts(case):
        raise FieldClosedError(field=part[:20])


def _changed(case: Case) -> None:
    """Count a change: what staff saw before it is no longer what stands there."""
    case.version += 1
    case.save(update_fields=["version"])


def _hold_sent(person_id: UUID, now: datetime) -> None:
    sent = CaseEvent.objects.filter(
        case__person_id=person_id, new__in=_SENDING, actor_id=person_id, at__gt=now - DAY
    )
    if sent.count() >= SENT_A_DAY:
        raise TooManySubmissionsError
