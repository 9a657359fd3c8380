"""Money from person to person."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop

from okpay.api.schemas.common import Alias, Amount, Currency, Decimal, Memo
from okpay.api.schemas.wallet import BookedQuery, Party, Status

Direction = Literal["in", "out"]
StepUp = Literal["careful", "large", "new_payee"]
Arrives = Literal["now", "2h", "24h"]
EITHER = gettext_noop("By e-mail or phone: exactly one of the two.")


class Payee(msgspec.Struct, forbid_unknown_fields=True):
    """Who is paid: exactly one of the three."""

    email: Annotated[Alias, msgspec.Meta(description=gettext_noop("A verified e-mail."))] | None = (
        None
    )
    phone: (
        Annotated[Alias, msgspec.Meta(description=gettext_noop("A verified phone as E.164."))]
        | None
    ) = None
    id: (
        Annotated[
            str, msgspec.Meta(max_length=40, description=gettext_noop("The person's id, `cus_…`."))
        ]
        | None
    ) = None


class Address(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody by e-mail or phone: exactly one of the two."""

    email: Annotated[Alias, msgspec.Meta(description=gettext_noop("A verified e-mail."))] | None = (
        None
    )
    phone: (
        Annotated[Alias, msgspec.Meta(description=gettext_noop("A verified phone as E.164."))]
        | None
    ) = None


class NewQuote(msgspec.Struct, forbid_unknown_fields=True):
    """What would be paid to whom."""

    payee: Annotated[Address, msgspec.Meta(description=EITHER)]
    amount: Decimal
    currency: Currency
    memo: Memo = ""


class QuoteShown(msgspec.Struct, kw_only=True):
    """What a transfer would be. `quote` binds payer, payee, name, amount and fee together."""

    quote: str
    check_code: str
    payee: Party | None
    payee_address_masked: str
    first_time: bool
    verified: bool
    amount: Amount
    fee: Amount
    total: Amount
    memo: str
    arrival: Literal["instant", "claim"]
    will_pend: str | None
    step_up: Annotated[
        StepUp | None,
        msgspec.Meta(
            description=gettext_noop(
                "Set when an access token cannot make this payment: it asks for a second proof,"
                " which is given in the app."
            )
        ),
    ]
    expires_at: datetime


class NewTransfer(msgspec.Struct, forbid_unknown_fields=True):
    """A payment to another person."""

    payee: Annotated[
        Payee, msgspec.Meta(description=gettext_noop("Who is paid: exactly one of the three."))
    ]
    amount: Decimal
    currency: Currency
    memo: Memo = ""
    on_unknown_payee: Annotated[
        Literal["refuse", "invite"],
        msgspec.Meta(
            description=gettext_noop(
                "`invite` holds the money until the owner of the address registers and"
                " claims it; it comes back after seven days."
            )
        ),
    ] = "refuse"
    quote: (
        Annotated[
            str,
            msgspec.Meta(
                max_length=2_000,
                description=gettext_noop(
                    "The quote that was confirmed. If anything differs from it by now,"
                    " the transfer is refused."
                ),
            ),
        ]
        | None
    ) = None
    # Absent it is not there at all, so that a request without it keeps its fingerprint.
    arrives: Annotated[
        Arrives | msgspec.UnsetType,
        msgspec.Meta(
            description=gettext_noop(
                "When it arrives: `now` (also without this), or after two or 24 hours. Until then"
                " it waits as `delayed`, and you can take it back with `cancel`. Money for an"
                " address that nobody has waits to be claimed instead."
            )
        ),
    ] = msgspec.UNSET


class PendingShown(msgspec.Struct):
    """Why a transfer waits, and until when; then the money returns, or, if `delayed`, arrives."""

    reason: str
    deadline: datetime


class TransferLine(msgspec.Struct, kw_only=True):
    """A transfer in a list. The other side is shown; your own side is null."""

    id: str
    type: Literal["transfer"] = "transfer"
    status: Status
    direction: Direction
    amount: Amount
    fee: Amount
    payee: Party | None
    payer: Party | None
    memo: str
    created_at: datetime
    completed_at: datetime | None


class TransferShown(TransferLine, kw_only=True):
    """A transfer with what it waits for and the balance after it."""

    pending: PendingShown | None
    arrives_at: Annotated[
        datetime | None,
        msgspec.Meta(
            description=gettext_noop("When it will arrive, while it waits for a later arrival.")
        ),
    ]
    balance_after: Amount | None


class TransferQuery(BookedQuery, kw_only=True, forbid_unknown_fields=True):
    """Which transfers to read."""

    direction: (
        Annotated[Direction, msgspec.Meta(description=gettext_noop("Only received, or only sent."))]
        | None
    ) = None
