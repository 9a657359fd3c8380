"""Every route of the running applications says who may use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from okpay.api.routes import HANDLERS
from okpay.identity.rules import Permission, Scope

pytestmark = pytest.mark.no_database


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from patterns(part)
        else:
            yield part


def test_every_web_view_declares_a_permission() -> None:
    undeclared = [
        str(pattern.pattern)
        for pattern in patterns(get_resolver())
        if getattr(pattern.callback, "permission", None) not in {"public", *Permission}
    ]
    assert undeclared == []


def test_every_endpoint_of_the_api_declares_a_scope() -> None:
    undeclared = [
        sorted(handler.paths)
        for handler in HANDLERS
        if handler.opt.get("scope") not in {"public", *Scope}
    ]
    assert undeclared == []
