"""People one pays: looked up, saved, asked for money."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from django.utils.translation import gettext_noop

from okpay.api.pages import DEFAULT, Limit, PageQuery, Place
from okpay.api.schemas.common import Alias, Amount, Currency, Decimal, Memo
from okpay.api.schemas.transfers import EITHER, Address, Direction

Nickname = Annotated[
    str, msgspec.Meta(max_length=60, description=gettext_noop("Your own name for them."))
]


class LookupQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to look up."""

    alias: Annotated[
        Alias, msgspec.Meta(description=gettext_noop("A verified e-mail, or a phone as E.164."))
    ]


class PersonShown(msgspec.Struct):
    """Somebody with a wallet, as much of them as a payer may see."""

    id: str
    name_masked: str
    address_masked: str
    verified: bool
    first_time: bool


class NewPayee(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody to keep."""

    payee: Annotated[Address, msgspec.Meta(description=EITHER)]
    nickname: Nickname = ""


class PayeeChange(msgspec.Struct, forbid_unknown_fields=True):
    """What of a saved payee can be changed."""

    nickname: Nickname


class PayeeQuery(PageQuery, kw_only=True, forbid_unknown_fields=True):
    """Which saved payees to read."""

    q: (
        Annotated[
            str,
            msgspec.Meta(
                min_length=1, max_length=60, description=gettext_noop("Part of a name or address.")
            ),
        ]
        | None
    ) = None


class PayeeShown(msgspec.Struct):
    """A saved payee. The address is the one you saved them by, empty if you chose them by id."""

    id: str
    person_id: str
    name_masked: str
    nickname: str
    address: str


class NewMoneyRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Ask somebody for money."""

    payer: Annotated[Address, msgspec.Meta(description=EITHER)]
    amount: Decimal
    currency: Currency
    memo: Memo = ""


class MoneyRequestQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which requests to read."""

    limit: Limit = DEFAULT
    cursor: Place | None = None
    starting_after: Place | None = None
    direction: (
        Annotated[
            Direction,
            msgspec.Meta(description=gettext_noop("`in`: you are asked; `out`: you asked.")),
        ]
        | None
    ) = None


class MoneyRequestShown(msgspec.Struct):
    """A request for money, from your side. It is paid in the app, with the payment password."""

    id: str
    type: Literal["money_request"]
    status: Literal["open", "paid", "declined", "canceled", "expired"]
    direction: Direction
    other_name_masked: str
    amount: Amount
    memo: str
    transfer: str | None
    created_at: datetime
    expires_at: datetime
