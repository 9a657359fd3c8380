"""What every route must have, asked of the application itself."""

from __future__ import annotations

from typing import Any

import msgspec


def test_every_route_declares_a_scope_or_is_public(application: Any) -> None:
    from okpay.api.endpoint import PUBLIC
    from okpay.identity.rules import Scope

    public = set()
    for route in application.router.routes:
        for handler in route.route_handlers:
            if handler.http_methods == {"OPTIONS"}:
                continue
            scope = handler.opt["scope"]
            if scope == PUBLIC:
                public.add(route.path)
            else:
                assert isinstance(scope, Scope)
    assert public == {
        *("/v1/errors", "/health/live", "/health/ready"),
        *("/openapi.json", "/docs", "/docs/static/{name:str}"),
    }


def test_b17_every_post_that_can_move_money_asks_for_a_key() -> None:
    from okpay.api.routes import endpoints
    from okpay.identity.rules import MONEY_SCOPES

    without = {e.name for e in endpoints() if e.scope in MONEY_SCOPES and not e.needs_key}
    assert without == {"create_quote"}  # shows what would be paid; writes nothing


def test_reading_scopes_only_read() -> None:
    from okpay.api.routes import endpoints

    for declared in endpoints():
        if declared.method != "GET":
            assert str(declared.scope).endswith(":write"), declared.name


def test_every_endpoint_has_an_example_that_fits_its_types() -> None:
    from okpay.api.examples import EXAMPLES
    from okpay.api.routes import endpoints

    declared = {e.name: e for e in endpoints() if e.tag != "documents"}
    assert set(EXAMPLES) == set(declared)
    for name, endpoint in declared.items():
        example = EXAMPLES[name]
        assert (example.body is None) == (endpoint.body is None)
        if endpoint.body is not None:
            msgspec.convert(example.body, endpoint.body)
        if endpoint.answer is not None:
            shown = msgspec.convert(example.answer, endpoint.answer)
            assert msgspec.to_builtins(shown) == example.answer


def test_every_documented_code_is_in_the_catalogue() -> None:
    from okpay.api.openapi import codes_of
    from okpay.api.routes import endpoints
    from okpay.kernel.errors import CATALOGUE

    for endpoint in endpoints():
        assert set(codes_of(endpoint)) <= set(CATALOGUE), endpoint.name


def test_every_body_refuses_unknown_fields() -> None:
    from okpay.api.routes import endpoints

    for endpoint in endpoints():
        for shape in (endpoint.body, endpoint.query):
            if shape is not None:
                assert shape.__struct_config__.forbid_unknown_fields, endpoint.name
