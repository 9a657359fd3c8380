"""The endpoints, one file for each kind of resource."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from litestar.handlers import HTTPRouteHandler

from okpay.api.endpoint import Endpoint
from okpay.api.routes import (
    account,
    catalogue,
    documents,
    events,
    health,
    messages,
    payees,
    payouts,
    people,
    refunds,
    requests,
    topups,
    transfers,
    wallet,
)


def _handlers_of(*modules: ModuleType) -> list[HTTPRouteHandler]:
    """Collect the handlers of modules in the order in which they stand there."""
    found = [value for module in modules for value in vars(module).values()]
    return [value for value in found if isinstance(value, HTTPRouteHandler)]


HANDLERS: Final = _handlers_of(
    *(account, wallet, people, transfers, refunds, payouts, events, topups, payees, requests),
    *(messages, catalogue, health, documents),
)


def endpoints() -> list[Endpoint]:
    """Return every declared endpoint, in the order of the documents."""
    return [handler.opt["endpoint"] for handler in HANDLERS]
