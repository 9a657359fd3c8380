"""Lists of payments: read from JSON, CSV or a form, and shown."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import Any, Final, cast
from uuid import UUID

import msgspec

from okpay.api.calls import Call
from okpay.api.errors import RequestError
from okpay.api.problem import documentation_url
from okpay.api.reading import pointer_of, read_json
from okpay.api.schemas.common import amount_of
from okpay.api.schemas.payouts import (
    LineProblem,
    NewLine,
    NewPayout,
    OnUnknown,
    Outcome,
    PayoutLineShown,
    PayoutShown,
    PayoutSumShown,
    ReadPayout,
)
from okpay.api.schemas.transfers import Payee
from okpay.api.schemas.wallet import Party
from okpay.api.uploads import read_form
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts.csv_file import read_file
from okpay.payments.payouts.errors import (
    PayoutInvalidError,
    PayoutMediaError,
    PayoutTooLongError,
)
from okpay.payments.payouts.queries import LineShown, PayoutHead
from okpay.payments.payouts.states import LineOutcome, PayoutState
from okpay.payments.payouts.wishes import (
    LONGEST_TITLE,
    MOST_LINES,
    Problem,
    RawLine,
    Wish,
)

log = logging.getLogger(__name__)

PREFIX: Final = "pyt"
AT_ONCE: Final = 2  # lists that one process pays within requests; the others go to a worker
PATIENCE: Final = 8_000_000_000  # nanoseconds until the answer is 202 and a worker goes on
_slots: Final = BoundedSemaphore(AT_ONCE)
_PLACE: Final = re.compile(r" - at `\$(.*?)`$")
_ASYNC: Final = b"respond-async"  # RFC 7240 §4.1


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    """What a form may say beside its file."""

    title: str = ""
    on_unknown_payee: OnUnknown = "refuse"


def read_list(call: Call, raw: bytes) -> ReadPayout:
    """Read a list in any of its forms.

    Raises:
        PayoutMediaError: none of the three. DomainError: it cannot be read.
    """
    if call.content_type == b"application/json":
        return _from_json(raw)
    if call.content_type == b"text/csv":
        return ReadPayout(read_file(raw))
    if call.content_type == b"multipart/form-data":
        data, texts = read_form(call, raw)
        form = _options(texts)
        return ReadPayout(read_file(data), form.title, form.on_unknown_payee)
    raise PayoutMediaError


def _options(texts: dict[str, str]) -> _Form:
    try:
        form = msgspec.convert(texts, _Form)
    except msgspec.ValidationError as error:
        raise PayoutInvalidError([_problem_of(0, str(error))]) from error
    if len(form.title) > LONGEST_TITLE:
        raise PayoutInvalidError([Problem(0, "title", "at most 60 characters")])
    return form


def _from_json(raw: bytes) -> ReadPayout:
    try:
        found = read_json(raw, NewPayout)
    except RequestError as error:
        if any(pointer.startswith("/lines/") for pointer, _ in error.fields):
            raise PayoutInvalidError(list(_wrong_shapes(raw))) from error
        raise
    if len(found.lines) > MOST_LINES:
        raise PayoutTooLongError(most=MOST_LINES)
    lines = [
        RawLine(one.reference, _named(one.payee), one.amount, one.currency, one.memo)
        for one in found.lines
    ]
    return ReadPayout(lines, found.title, found.on_unknown_payee)


def _named(payee: Payee) -> str:
    """Return the one name that is given; "" for none, several, or one of another kind."""
    email, phone, id_ = payee.email, payee.phone, payee.id
    if id_ is not None:
        return id_ if email is None and phone is None and id_.startswith("cus_") else ""
    if email is not None:
        return email if phone is None and "@" in email and not email.startswith("cus_") else ""
    return phone if phone is not None and "@" not in phone and phone[:4] != "cus_" else ""


def _wrong_shapes(raw: bytes) -> Iterator[Problem]:
    """Every line that has not the documented shape; the body is known to be JSON."""
    for number, line in enumerate(msgspec.json.decode(raw)["lines"][:MOST_LINES], 1):
        try:
            msgspec.convert(line, NewLine, strict=True)
        except msgspec.ValidationError as error:
            yield _problem_of(number, str(error))


def _problem_of(number: int, said: str) -> Problem:
    place = _PLACE.search(said)
    field = pointer_of(place.group(1)).lstrip("/") if place else ""
    return Problem(number, field, _PLACE.sub("", said))


def carry(call: Call, payout_id: UUID, wish: Wish | None) -> bool:
    """Pay a list within this request as far as patience goes; True when it is done.

    What is left, and what is not begun because enough lists are being paid here, is a worker's.
    Nothing that goes wrong from here on means that nothing was paid, so it is told as 202.
    """
    mine = _ASYNC not in call.prefer and _slots.acquire(blocking=False)
    try:
        now = clock.now()
        done = mine and operations.run_payout(
            payout_id=payout_id, now=now, patience=PATIENCE, wish=wish
        )
        if not done and wish is not None:
            operations.hand_to_worker(payout_id=payout_id)
    except Exception:
        log.exception("payout %s was interrupted; a worker goes on with it", payout_id)
        return False
    finally:
        if mine:
            _slots.release()
    return done


def payout_shown(head: PayoutHead) -> PayoutShown:
    """Show a list without its lines."""
    finished = head.state == PayoutState.DONE
    return PayoutShown(
        id=encode(PREFIX, head.id),
        status="done" if finished else "running",
        title=head.title,
        on_unknown_payee="invite" if head.invite else "refuse",
        count=head.count,
        settled=head.settled,
        done=head.done if finished else None,
        refused=head.refused if finished else None,
        totals=[
            PayoutSumShown(
                currency=one.money.asset.code,
                lines=one.lines,
                amount=amount_of(one.money),
                fee=amount_of(one.fee),
                done_lines=one.done_lines if finished else None,
                done_amount=amount_of(one.done) if finished else None,
            )
            for one in head.sums
        ],
        created_at=head.created_at,
        finished_at=head.finished_at,
    )


def line_shown(line: LineShown) -> PayoutLineShown:
    """Show a line; the payee is told once they were paid, as with a transfer."""
    paid = line.state is not None
    told = Party(encode("cus", line.payee_id) if line.payee_id else None, line.name)
    return PayoutLineShown(
        number=line.number,
        reference=line.reference,
        outcome=cast("Outcome", LineOutcome(line.outcome).name.lower()),
        amount=amount_of(line.money),
        fee=amount_of(line.fee),
        memo=line.memo,
        payee=told if paid and line.payee_id else None,
        transfer=encode("trf", line.record_id) if paid else None,
        status=cast("Any", line.state.name.lower()) if line.state is not None else None,
        error=_error(line) if line.code else None,
    )


def _error(line: LineShown) -> LineProblem:
    error = line.error()
    return LineProblem(line.code, str(error.title), error.text(), documentation_url(line.code))
