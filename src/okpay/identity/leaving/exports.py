"""A copy of one's own data: put together by a job, sealed at rest, downloaded once."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from okpay.identity import guards, hooks
from okpay.identity.freezing import queries as freezes
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.leaving import hooks as above
from okpay.identity.leaving.errors import ExportGoneError, ExportWaitingError
from okpay.identity.leaving.models import Export
from okpay.identity.leaving.states import ExportState, move_export, record_export
from okpay.identity.models import AccessToken, KnownDevice, Person, Session
from okpay.kernel import crypto
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import encode
from okpay.kernel.models import AuditRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

Row = dict[str, object]
KEPT: Final = timedelta(days=7)
MOST_ROWS: Final = 100_000  # of one part
# A spreadsheet would calculate such a cell.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")


def ask_for_copy(*, actor: Actor, now: datetime) -> Export:
    """Ask for a copy of everything that is kept of oneself; a job puts it together.

    Raises:
        ExportWaitingError: one is being made, or is ready and not downloaded.
        Person.DoesNotExist: the person was closed.
    """
    from okpay.identity.leaving import tasks  # noqa: PLC0415 — the job calls back to this room

    person_id = actor.require_person()
    try:
        with transaction.atomic():
            export = Export.objects.create(person_id=person_id, asked_at=now)
            record_export(actor=actor, export=export, verb="asked", now=now)
            tasks.put_together.defer(export_id=str(export.id))
    except IntegrityError as twice:
        if "leaving_export_one" not in str(twice):
            raise
        raise ExportWaitingError from twice
    return export


def put_together(*, export_id: UUID, now: datetime) -> None:
    """Make the copy and tell its owner; running it twice makes one."""
    export = Export.objects.filter(pk=export_id, state=ExportState.ASKED).first()
    if export is None:
        return
    content = _zip(export.person_id)
    with transaction.atomic():
        locked = Export.objects.select_for_update().get(pk=export_id)
        sealed = crypto.seal(
            locked.person_id,
            table="leaving_export",
            column="sealed",
            row=str(locked.id),
            plain=content,
        )
        locked.sealed, locked.size, locked.ready_at = sealed, len(content), now
        locked.expires_at = now + KEPT
        if move_export(actor=SYSTEM, export=locked, new=ExportState.READY, now=now):
            params = {"expires_at": locked.expires_at.isoformat()}
            event = SecurityEvent.EXPORT_READY
            hooks.tell(SecurityNews(locked.person_id, event, now, params))


def take(*, actor: Actor, export_id: UUID, now: datetime) -> bytes:
    """Hand a copy out, once; after that nothing of it is kept here.

    The face has asked once more who is there.

    Raises:
        ExportGoneError: taken, too old, not ready, or somebody else's.
        AccountFrozenError: while an account is frozen nothing of it is handed out.
    """
    person = guards.acting_person(actor)
    with transaction.atomic(durable=True):
        rows = Export.objects.select_for_update()
        export = rows.filter(pk=export_id, person=person, expires_at__gt=now).first()
        if export is None or export.sealed is None:
            raise ExportGoneError
        content = crypto.unseal(
            person.id,
            table="leaving_export",
            column="sealed",
            row=str(export.id),
            sealed=bytes(export.sealed),
        )
        export.sealed, export.taken_at = None, now
        move_export(actor=actor, export=export, new=ExportState.TAKEN, now=now)
    return content


def expire_due(*, now: datetime) -> int:
    """Throw away copies that nobody downloaded within seven days; returns how many."""
    with transaction.atomic():
        due = Export.objects.select_for_update(skip_locked=True)
        rows = list(due.filter(state=ExportState.READY, expires_at__lte=now)[:100])
        for export in rows:
            export.sealed = None
            move_export(actor=SYSTEM, export=export, new=ExportState.EXPIRED, now=now)
    return len(rows)


def latest(person_id: UUID) -> Export | None:
    """Return the newest export of a person, or None."""
    return Export.objects.filter(person_id=person_id).defer("sealed").order_by("-asked_at").first()


def _zip(person_id: UUID) -> bytes:
    """Each part as JSON for programs and as CSV for spreadsheets."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _parts(person_id):
            archive.writestr(f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=1))
            archive.writestr(f"{name}.csv", _csv(rows))
    return file.getvalue()


def _parts(person_id: UUID) -> Iterator[tuple[str, list[Row]]]:
    own: dict[str, Callable[[UUID], Iterable[Row]]] = {
        "profile": _profile,
        "sessions": _sessions,
        "devices": _devices,
        "access_tokens": _tokens,
        "freezes": _freezes,
        "activity": _activity,
    }
    for name, rows in {**own, **above.sections}.items():
        yield name, [row for row, _place in zip(rows(person_id), range(MOST_ROWS), strict=False)]


def _csv(rows: list[Row]) -> str:
    """UTF-8 with BOM, CRLF, RFC 4180; what a spreadsheet would calculate is made text."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_cell(row.get(name)) for name in names] for row in rows)
    return f"\ufeff{text.getvalue()}"


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(RISKY) else text


def _at(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""


def _profile(person_id: UUID) -> Iterable[Row]:
    person = Person.objects.get(pk=person_id)
    yield {
        "customer_number": encode("cus", person.id),
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
        "region": person.region,
        "level": person.level,
        "since": _at(person.created_at),
    }


def _sessions(person_id: UUID) -> Iterable[Row]:
    for row in Session.objects.filter(person_id=person_id).order_by("-created_at"):
        yield {
            "signed_in_at": _at(row.created_at),
            "last_seen_at": _at(row.last_seen_at),
            "address": row.address or "",
            "browser": row.user_agent,
        }


def _devices(person_id: UUID) -> Iterable[Row]:
    for row in KnownDevice.objects.filter(person_id=person_id).order_by("-last_seen_at"):
        yield {"first_seen_at": _at(row.first_seen_at), "last_seen_at": _at(row.last_seen_at)}


def _tokens(person_id: UUID) -> Iterable[Row]:
    """Tokens without their secrets: of those only digests are kept anyway."""
    for row in AccessToken.objects.filter(person_id=person_id).order_by("-created_at"):
        yield {
            "name": row.name,
            "tail": row.tail,
            "scopes": " ".join(row.scopes),
            "created_at": _at(row.created_at),
            "expires_at": _at(row.expires_at),
            "revoked_at": _at(row.revoked_at),
        }


def _freezes(person_id: UUID) -> Iterable[Row]:
    """Freezes with the words that were for the person, not with the notes of staff."""
    for row in freezes.history(person_id):
        yield {
            "number": str(row),
            "cause": row.cause,
            "reason": row.reason,
            "frozen_at": _at(row.frozen_at),
            "lifted_at": _at(row.lifted_at),
        }


def _activity(person_id: UUID) -> Iterable[Row]:
    rows = AuditRow.objects.filter(subject=encode("cus", person_id), actor_id=person_id)
    for row in rows.order_by("-id").iterator():
        yield {"at": _at(row.at), "via": row.via, "what": row.action}
