"""Money that comes in by card."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import endpoint
from okpay.api.pages import PageQuery, read_page, window_of
from okpay.api.schemas.common import Listed, amount_of, money_of
from okpay.api.schemas.topups import NewTopUp, TopUpQuery, TopUpShown
from okpay.funding import operations, queries
from okpay.funding.schemas import TopUpView
from okpay.identity.rules import Scope
from okpay.kernel import clock


def _shown(view: TopUpView) -> TopUpShown:
    return TopUpShown(
        id=view.public_id,
        type="top_up",
        status=view.state.value,
        amount=amount_of(view.money),
        fee=amount_of(view.fee),
        total=amount_of(view.total),
        source=view.source,
        decline_code=view.decline_code,
        card_page=view.hosted_url or None,
        created_at=view.created_at,
        finished_at=view.finished_at,
    )


@endpoint(
    "POST",
    "/v1/topups",
    scope=Scope.TOPUPS_WRITE,
    tag="topups",
    summary=_("Start a top-up"),
    description=_(
        "Returns the address of the card page, which the payer opens in a browser."
        " Nothing is charged before they pay there."
    ),
    status=201,
    key="kept",
    refusals=(
        *("invalid_amount", "currency_not_supported", "top_up_too_small", "top_up_too_large"),
        *("too_many_top_ups", "acquirer_unavailable", "top_up_key_reused"),
    ),
)
def create_topup(call: Call, body: NewTopUp) -> TopUpShown:
    """Start a top-up."""
    view = operations.start_top_up(
        actor=call.actor(),
        money=money_of(body.amount, body.currency),
        client_key=f"api:{call.key}",
        now=clock.now(),
    )
    return _shown(view)


@endpoint(
    "GET",
    "/v1/topups",
    scope=Scope.TOPUPS_READ,
    tag="topups",
    summary=_("List top-ups"),
    refusals=("invalid_cursor",),
)
def list_topups(call: Call, query: TopUpQuery) -> Listed[TopUpShown]:
    """Return one page of top-ups."""

    def fetch(
        *, older_than: UUID | None, newer_than: UUID | None, limit: int
    ) -> Sequence[TopUpView]:
        del newer_than
        return queries.top_ups(call.caller.person_id, before=older_than, limit=limit)

    place = PageQuery(limit=query.limit, cursor=query.cursor, starting_after=query.starting_after)
    rows, more, follow = read_page(window_of(place, "tup"), fetch, lambda view: view.id)
    return Listed([_shown(view) for view in rows], more, follow)


@endpoint(
    "GET",
    "/v1/topups/{id}",
    scope=Scope.TOPUPS_READ,
    tag="topups",
    summary=_("Read a top-up"),
    description=_("`unknown` means that the acquirer is being asked, never that it failed."),
    prefixes=("tup",),
    refusals=("top_up_not_found",),
)
def read_topup(call: Call, id: UUID) -> TopUpShown:  # noqa: A002 — the name in the address
    """Return one top-up."""
    return _shown(queries.top_up(call.caller.person_id, id))
