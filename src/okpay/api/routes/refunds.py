"""Give received money back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import Made, endpoint
from okpay.api.errors import ResourceNotFoundError
from okpay.api.pages import read_page, window_of
from okpay.api.schemas.common import Listed, amount_of, money_of
from okpay.api.schemas.refunds import NewRefund, RefundQuery, RefundShown
from okpay.api.schemas.wallet import Party
from okpay.identity.rules import Scope
from okpay.kernel.ids import encode
from okpay.payments import operations
from okpay.payments.refundable import original_of, refunds_of
from okpay.wallets.models import PREFIXES
from okpay.wallets.queries import RecordLine, record_detail

PAYMENTS = ("trf", "pay")


def _shown(call: Call, refund_id: UUID) -> RefundShown:
    detail = record_detail(call.caller.person_id, refund_id)
    original = original_of(refund_id)
    if detail is None or original is None:
        raise ResourceNotFoundError
    line, after = detail.line, detail.balance_after
    other = Party(
        encode("cus", line.counterparty_id) if line.counterparty_id else None, line.counterparty
    )
    sent = line.direction == "out"
    return RefundShown(
        id=line.public_id,
        status=line.state.name.lower(),  # type: ignore[arg-type]  # the names are the literals
        payment=encode(PREFIXES[original.kind], original.id),
        direction="out" if sent else "in",
        amount=amount_of(line.money),
        payee=other if sent else None,
        payer=None if sent else other,
        memo=line.memo,
        created_at=line.created_at,
        balance_after=amount_of(after) if after is not None else None,
    )


@endpoint(
    "POST",
    "/v1/transfers/{id}/refunds",
    scope=Scope.TRANSFERS_WRITE,
    tag="refunds",
    summary=_("Return a received payment"),
    description=_(
        "Gives a part or all of it back to its payer, at once. All refunds of a payment together"
        " are at most what arrived. A fee that was paid is not returned."
    ),
    status=201,
    prefixes=PAYMENTS,
    key="engine",
    refusals=(
        *("invalid_amount", "currency_not_supported", "currency_mismatch", "transfer_not_found"),
        *("not_refundable", "refund_too_large", "insufficient_funds", "account_frozen"),
    ),
    answer=RefundShown,
)
def create_refund(call: Call, body: NewRefund, id: UUID) -> Made:  # noqa: A002 — the name in the address
    """Return money to whom it came from."""
    outcome = operations.refund_transfer(
        actor=call.actor(),
        record_id=id,
        money=money_of(body.amount, body.currency),
        memo=body.memo,
        client_key=f"api:{call.key}",
    ).done_or_raise()
    assert outcome.record_id is not None  # noqa: S101 — done means that there is a record
    return Made(_shown(call, outcome.record_id), 201, outcome.replayed)


@endpoint(
    "GET",
    "/v1/transfers/{id}/refunds",
    scope=Scope.TRANSFERS_READ,
    tag="refunds",
    summary=_("List what went back of a payment"),
    prefixes=PAYMENTS,
    refusals=("invalid_cursor", "transfer_not_found"),
)
def list_refunds(call: Call, query: RefundQuery, id: UUID) -> Listed[RefundShown]:  # noqa: A002 — the name in the address
    """Return one page of the refunds of one payment, for its payer or payee."""

    def fetch(
        *, older_than: UUID | None, newer_than: UUID | None, limit: int
    ) -> Sequence[RecordLine]:
        return refunds_of(
            call.caller.person_id, id, before=older_than, after=newer_than, limit=limit
        )

    rows, more, follow = read_page(window_of(query, "rfd"), fetch, lambda line: line.id)
    return Listed([_shown(call, line.id) for line in rows], more, follow)


@endpoint(
    "GET",
    "/v1/refunds/{id}",
    scope=Scope.TRANSFERS_READ,
    tag="refunds",
    summary=_("Read a refund"),
    prefixes=("rfd",),
)
def read_refund(call: Call, id: UUID) -> RefundShown:  # noqa: A002 — the name in the address
    """Return one refund."""
    return _shown(call, id)
