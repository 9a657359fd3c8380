"""POST /v1/transfers in three plain steps: body → command → answer. Free of any framework.

The raw handler of the hot route and the plain handler behind the router both go this way.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import UNSET

from okpay.api.calls import Call, Headers, content_headers
from okpay.api.errors import InvalidRequestError
from okpay.api.idempotency import checked_key
from okpay.api.problem import problem_bytes, unknown_bytes
from okpay.api.reading import read_json
from okpay.api.schemas.common import Amount, money_of
from okpay.api.schemas.transfers import (
    Address,
    Arrives,
    NewTransfer,
    Payee,
    PendingShown,
    TransferShown,
)
from okpay.api.schemas.wallet import Party
from okpay.fees.rules import transfer_fee
from okpay.kernel.errors import CATALOGUE
from okpay.kernel.ids import BadIdError, decode, encode_text, new_uuid
from okpay.kernel.money import BY_NUMBER, Money
from okpay.payments.aliases import addressed, normal_alias
from okpay.payments.engine.commands import ENDPOINT_TRANSFER, Outcome, Send
from okpay.payments.engine.decide_shared import DELAYED
from okpay.payments.errors import PayeeNotFoundError
from okpay.payments.memos import clean_memo
from okpay.payments.prints import fingerprint_of
from okpay.wallets.states import RecordState

CREATED: Final = 201
_REPLAYED: Final = (b"idempotent-replayed", b"true")
DELAYS: Final[Mapping[Arrives, int]] = {"now": 0, "2h": 2 * 60 * 60, "24h": 24 * 60 * 60}  # seconds
_normal: Final = lru_cache(maxsize=8_192)(normal_alias)  # reading a phone number costs 25 µs
_encode: Final = msgspec.json.Encoder().encode


def wish_of(call: Call, raw: bytes) -> NewTransfer:
    """Read the body and check the key; nothing is looked up.

    Raises:
        DomainError: the form of the request is wrong; nothing of it is kept.
    """
    checked_key(call)
    return read_json(raw, NewTransfer)


def address_of(given: Address | Payee) -> str:
    """Return the one e-mail or phone that is given, in its normal form.

    Raises:
        InvalidRequestError: none or both.
        PayeeNotFoundError: no such address can exist.
    """
    found = [text for text in (given.email, given.phone) if text is not None]
    if len(found) != 1:
        raise InvalidRequestError(
            param="payee", fields=[("/payee", "exactly one of email, phone, id")]
        )
    if ("@" in found[0]) != (given.email is not None):
        raise PayeeNotFoundError
    return _normal(found[0])


def payee_of(given: Payee) -> tuple[str, str]:
    """Return the payee as an id or as an alias.

    Raises:
        InvalidRequestError, PayeeNotFoundError: as `address_of`.
    """
    if given.id is None:
        return "", address_of(given)
    if given.email is not None or given.phone is not None:
        raise InvalidRequestError(
            param="payee", fields=[("/payee", "exactly one of email, phone, id")]
        )
    try:
        return str(decode(given.id, "cus")), ""
    except BadIdError as error:
        raise PayeeNotFoundError from error


def command_of(call: Call, wish: NewTransfer, owner: str = "") -> Send:
    """Make the engine's command. Without `owner` the engine finds the payer by the token's digest.

    Raises:
        DomainError: amount, currency or payee cannot be.
    """
    money = money_of(wish.amount, wish.currency)
    payee, alias = payee_of(wish.payee)
    record, invite = str(new_uuid()), wish.on_unknown_payee == "invite"
    return Send(
        endpoint=ENDPOINT_TRANSFER,
        client_key=f"api:{call.key}",
        fingerprint=fingerprint_of(wish),
        owner=owner,
        token="" if owner else call.digest.hex(),
        record=record,
        asset=money.asset.number,
        amount=money.minor,
        fee=transfer_fee(money.minor),
        payee=payee,
        **addressed(alias, record=record, invite=invite),
        invite=invite,
        memo=clean_memo(wish.memo) if wish.memo else "",
        channel="api",
        delay=0 if wish.arrives is UNSET else DELAYS[wish.arrives],
    )


def _amount(asset: int, minor: int) -> Amount:
    money = Money(BY_NUMBER[asset], minor)
    return Amount(money.decimal_string(), money.asset.code)


def shown(outcome: Outcome) -> TransferShown:
    """Show what the engine did, to the payer."""
    assert outcome.at is not None  # noqa: S101 — everything done has a moment
    state = RecordState(outcome.state)
    payee = encode_text("cus", outcome.payee) if outcome.payee else None
    waits = state is RecordState.PENDING and outcome.deadline is not None
    return TransferShown(
        id=encode_text("trf", outcome.record),
        status=state.name.lower(),  # type: ignore[arg-type]  # the names are the literals
        direction="out",
        amount=_amount(outcome.asset, outcome.amount),
        fee=_amount(outcome.asset, outcome.fee),
        payee=Party(payee, outcome.payee_name),
        payer=None,
        memo=outcome.memo,
        created_at=outcome.at,
        completed_at=outcome.at if state is RecordState.COMPLETED else None,
        pending=PendingShown(outcome.reason, outcome.deadline) if waits else None,  # type: ignore[arg-type]  # it waits
        arrives_at=outcome.deadline if waits and outcome.reason == DELAYED else None,
        balance_after=None if outcome.balance is None else _amount(outcome.asset, outcome.balance),
    )


def transfer_body(outcome: Outcome) -> bytes:
    """Render a done transfer."""
    return _encode(shown(outcome))


def answer_of(call: Call, outcome: Outcome) -> tuple[int, Headers, bytes]:
    """Render what the engine answered: the transfer, the refusal, or that it is not known yet."""
    extra = [_REPLAYED] if outcome.replayed else []
    if outcome.result == "done":
        body = transfer_body(outcome)
        return CREATED, content_headers(b"application/json", body, extra), body
    if outcome.result == "unknown":
        return unknown_bytes(call.request_id, call.language)
    error = CATALOGUE[outcome.code](**outcome.params)
    status, headers, body = problem_bytes(error, call.request_id, call.language)
    return status, [*headers, *extra], body
