"""Pay many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop

from okpay.api.pages import Place
from okpay.api.schemas.common import Amount, Currency, Decimal, Memo
from okpay.api.schemas.transfers import Payee
from okpay.api.schemas.wallet import Party, Status
from okpay.payments.payouts.wishes import LONGEST_REFERENCE, LONGEST_TITLE, MOST_LINES, RawLine

OnUnknown = Literal["refuse", "invite"]
Outcome = Literal["waiting", "done", "refused"]
Reference = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=LONGEST_REFERENCE,
        description=gettext_noop("Your own name of this line; each stands once in a list."),
    ),
]
ON_UNKNOWN = gettext_noop(
    "`invite` holds the money of a line until the owner of the address registers and claims it;"
    " it comes back after seven days."
)


class NewLine(msgspec.Struct, forbid_unknown_fields=True):
    """One payment of a list."""

    reference: Reference
    payee: Annotated[
        Payee, msgspec.Meta(description=gettext_noop("Who is paid: exactly one of the three."))
    ]
    amount: Decimal
    currency: Currency
    memo: Memo = ""


class NewPayout(msgspec.Struct, forbid_unknown_fields=True):
    """A list of payments: all are checked before the first is paid, then each has its outcome."""

    lines: Annotated[
        list[NewLine],
        msgspec.Meta(
            min_length=1, description=gettext_noop("The payments, in the order to pay them."),
            extra_json_schema={"maxItems": MOST_LINES},
        ),
    ]  # fmt: skip
    title: Annotated[
        str,
        msgspec.Meta(
            max_length=LONGEST_TITLE, description=gettext_noop("A name for your own list.")
        ),
    ] = ""
    on_unknown_payee: Annotated[OnUnknown, msgspec.Meta(description=ON_UNKNOWN)] = "refuse"


class ReadPayout(msgspec.Struct):
    """A list as it was read from whatever it came as; its lines are not checked yet."""

    lines: Sequence[RawLine]
    title: str = ""
    on_unknown_payee: OnUnknown = "refuse"


class PayoutSumShown(msgspec.Struct):
    """What a list asks for in one currency; what of it was paid or is on hold, once it is done."""

    currency: str
    lines: int
    amount: Amount
    fee: Amount
    done_lines: int | None
    done_amount: Amount | None


class PayoutShown(msgspec.Struct, kw_only=True):
    """A list of payments. While it is `running`, `settled` says how many lines have an outcome."""

    id: str
    type: Literal["payout"] = "payout"
    status: Literal["running", "done"]
    title: str
    on_unknown_payee: OnUnknown
    count: int
    settled: int
    done: int | None
    refused: int | None
    totals: list[PayoutSumShown]
    created_at: datetime
    finished_at: datetime | None


class LineProblem(msgspec.Struct):
    """Why a line was not paid."""

    code: str
    title: str
    detail: str
    doc_url: str


class PayoutLineShown(msgspec.Struct, kw_only=True):
    """A line and what became of it. `transfer` and its `status` are there once it is done."""

    number: int
    reference: str
    outcome: Outcome
    amount: Amount
    fee: Amount
    memo: str
    payee: Party | None
    transfer: str | None
    status: Status | None
    error: LineProblem | None


class PayoutLines(msgspec.Struct):
    """Lines in the order of the list."""

    data: list[PayoutLineShown]
    has_more: bool
    next_cursor: str | None


class PayoutLineQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which lines to read."""

    limit: Annotated[
        int,
        msgspec.Meta(ge=1, le=1_000, description=gettext_noop("How many to return, 1 to 1,000.")),
    ] = 100
    cursor: Place | None = None
    outcome: (
        Annotated[Outcome, msgspec.Meta(description=gettext_noop("Only this outcome."))] | None
    ) = None
