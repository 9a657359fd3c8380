"""Every route of the running applications says who may use it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from okpay.api.routes import HANDLERS
from okpay.console.frame import ENTRANCE
from okpay.identity.rules import Permission, Scope
from okpay.identity.staff import StaffPermission

pytestmark = pytest.mark.no_database


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from patterns(part)
        else:
            yield part


def console() -> URLResolver:
    (found,) = [one for one in get_resolver().url_patterns if str(one.pattern) == "console/"]
    assert isinstance(found, URLResolver)
    return found


def test_every_web_view_declares_a_permission() -> None:
    staff = set(patterns(console()))
    undeclared = [
        str(pattern.pattern)
        for pattern in patterns(get_resolver())
        if pattern not in staff
        and getattr(pattern.callback, "permission", None) not in {"public", *Permission}
    ]
    assert undeclared == []


def test_every_page_of_the_console_declares_a_permission_of_staff() -> None:
    declared = {
        str(pattern.pattern): getattr(pattern.callback, "permission", None)
        for pattern in patterns(console())
    }
    assert [name for name, one in declared.items() if one not in {ENTRANCE, *StaffPermission}] == []
    entrances = {name for name, one in declared.items() if one == ENTRANCE}
    assert entrances == {"sign-in", "sign-in/second", "sign-out"}


def test_every_endpoint_of_the_api_declares_a_scope() -> None:
    undeclared = [
        sorted(handler.paths)
        for handler in HANDLERS
        if handler.opt.get("scope") not in {"public", *Scope}
    ]
    assert undeclared == []
