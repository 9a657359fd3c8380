"""Pay many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import Files, Made, endpoint
from okpay.api.errors import InvalidCursorError
from okpay.api.idempotency import Reply, checked_key
from okpay.api.pages import PageQuery, read_cursor, read_page, window_of, write_cursor
from okpay.api.payouts import PREFIX, carry, line_shown, payout_shown, read_list
from okpay.api.rates import RATES
from okpay.api.schemas.common import Listed
from okpay.api.schemas.payouts import (
    NewPayout,
    PayoutLineQuery,
    PayoutLines,
    PayoutShown,
    ReadPayout,
)
from okpay.identity.rules import Scope
from okpay.kernel import clock
from okpay.payments.errors import OutcomeUnknownError
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts import csv_result, queries
from okpay.payments.payouts.errors import PayoutNotFoundError
from okpay.payments.payouts.queries import PayoutHead
from okpay.payments.payouts.states import LineOutcome, PayoutState
from okpay.payments.payouts.wishes import MOST_BYTES, MOST_LINES, read_wish

CSV: Final = "text/csv"
EXAMPLE: Final = (
    "reference,payee,amount,currency,memo\r\nSAL-001,bob@okpay.example,36.50,CNY,November\r\n"
)
FORMS: Final[dict[str, Any]] = {
    CSV: {"schema": {"type": "string"}, "example": EXAMPLE},
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "additionalProperties": False,
            "properties": {
                "file": {"type": "string", "contentMediaType": CSV},
                "title": {"type": "string", "maxLength": 60},
                "on_unknown_payee": {"type": "string", "enum": ["refuse", "invite"]},
            },
        }
    },
}


@endpoint(
    "POST",
    "/v1/payouts",
    scope=Scope.PAYOUTS_WRITE,
    tag="payouts",
    summary=_("Pay many people"),
    description=_(
        "At most 10,000 lines and 2 MB, as JSON, as CSV or as a form with a CSV file. Every line is"
        " checked before the first is paid; then each has its own outcome. The answer is 201 when"
        " all lines have one, else 202: read the list again, or send the request again with the"
        " same key. `Prefer: respond-async` asks for 202 at once."
    ),
    status=201,
    key="own",
    refusals=(
        *("payout_invalid", "payout_too_long", "payout_file_unreadable", "payout_media_type"),
        *("payout_strangers", "level_too_low", "step_up_required"),
    ),
    answer=PayoutShown,
    body=NewPayout,
    files=Files(FORMS, read_list, MOST_BYTES),
    later=True,
)
def create_payout(call: Call, body: ReadPayout) -> Made:
    """Take a list in and pay it."""
    wish = read_wish(body.lines, title=body.title, invite=body.on_unknown_payee == "invite")
    owner = call.caller.person_id
    if any(line.alias for line in wish.lines):
        RATES.guess(call)
    try:
        started = operations.start_payout(
            actor=call.actor(), wish=wish, client_key=checked_key(call), now=clock.now()
        )
    except (OperationalError, InterfaceError) as lost:  # it may have been taken in
        raise OutcomeUnknownError from lost
    if not wish.invite:
        for _one in range(started.strangers):
            RATES.people.take(str(owner))
    done = carry(call, started.payout_id, wish if started.fresh else None)
    try:
        head = _found(call, started.payout_id)
    except (OperationalError, InterfaceError) as lost:
        raise OutcomeUnknownError from lost
    return Made(payout_shown(head), 201 if done else 202, replayed=not started.fresh)


def _found(call: Call, payout_id: UUID) -> PayoutHead:
    head = queries.payout(call.caller.person_id, payout_id)
    if head is None or head.state == PayoutState.RECEIVED:
        raise PayoutNotFoundError
    return head


@endpoint(
    "GET",
    "/v1/payouts",
    scope=Scope.PAYOUTS_READ,
    tag="payouts",
    summary=_("List lists of payments"),
    refusals=("invalid_cursor",),
)
def list_payouts(call: Call, query: PageQuery) -> Listed[PayoutShown]:
    """Return one page of lists."""

    def fetch(
        *, older_than: UUID | None, newer_than: UUID | None, limit: int
    ) -> Sequence[PayoutHead]:
        return queries.payouts(
            call.caller.person_id, before=older_than, after=newer_than, limit=limit
        )

    rows, more, follow = read_page(window_of(query, PREFIX), fetch, lambda head: head.id)
    return Listed([payout_shown(head) for head in rows], more, follow)


@endpoint(
    "GET",
    "/v1/payouts/{id}",
    scope=Scope.PAYOUTS_READ,
    tag="payouts",
    summary=_("Read a list of payments"),
    prefixes=(PREFIX,),
    refusals=("payout_not_found",),
)
def read_payout(call: Call, id: UUID) -> PayoutShown:  # noqa: A002 — the name in the address
    """Return one list without its lines."""
    return payout_shown(_found(call, id))


@endpoint(
    "GET",
    "/v1/payouts/{id}/lines",
    scope=Scope.PAYOUTS_READ,
    tag="payouts",
    summary=_("Read what became of each line"),
    description=_("In the order of the list; `waiting` never means failed."),
    prefixes=(PREFIX,),
    refusals=("payout_not_found", "invalid_cursor"),
)
def read_payout_lines(
    call: Call,
    id: UUID,  # noqa: A002 — the name in the address
    query: PayoutLineQuery,
) -> PayoutLines:
    """Return one page of lines."""
    head = _found(call, id)
    outcome = LineOutcome[query.outcome.upper()] if query.outcome else None
    after = _number(query.cursor)
    found = queries.lines(head.id, outcome=outcome, after=after, limit=query.limit)
    full = len(found) == query.limit
    more = full and bool(queries.lines(head.id, outcome=outcome, after=found[-1].number, limit=1))
    follow = write_cursor(UUID(int=found[-1].number)) if more else None
    return PayoutLines([line_shown(line) for line in found], more, follow)


def _number(cursor: str | None) -> int:
    number = read_cursor(cursor).int if cursor else 0
    if number > MOST_LINES:
        raise InvalidCursorError(param="cursor")
    return number


@endpoint(
    "GET",
    "/v1/payouts/{id}/result",
    scope=Scope.PAYOUTS_READ,
    tag="payouts",
    summary=_("Read the result as a CSV file"),
    prefixes=(PREFIX,),
    refusals=("payout_not_found",),
    media_type=CSV,
)
def read_payout_result(call: Call, id: UUID) -> Reply:  # noqa: A002 — the name in the address
    """Return the list with what became of each line, for a spreadsheet."""
    head = _found(call, id)
    disposition = f'attachment; filename="{csv_result.file_name(head)}"'
    body = b"".join(csv_result.export(head, machine_header=True))
    headers = (("content-disposition", disposition),)
    return Reply(200, CSV, body, headers=headers)
