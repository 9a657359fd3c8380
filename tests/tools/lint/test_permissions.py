from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.linting import found
from tools.lint.rules.permissions import RULE

URLS = "src/okpay/web/urls/money.py"
API = "src/okpay/api/routes/transfers.py"
ROUTE = "from django.urls import path\nfrom okpay.web.pages import money\n"


def routes(tmp_path: Path, view: str, route: str = 'path("x", money.send)') -> list[int]:
    page = tmp_path / "src/okpay/web/pages/money.py"
    page.parent.mkdir(parents=True)
    page.write_text(view)
    return found(RULE, URLS, ROUTE + route, tmp_path)


def test_a_view_without_a_permission_is_found(tmp_path: Path) -> None:
    assert routes(tmp_path, "@require_GET\ndef send(request): ...") == [3]


@pytest.mark.parametrize(
    "line", ['@permission("wallet:records:read")', "@public", "@staff_page(P.X)", "@entrance"]
)
def test_a_view_that_declares_is_fine(tmp_path: Path, line: str) -> None:
    assert routes(tmp_path, f"{line}\ndef send(request): ...") == []


def test_a_view_that_cannot_be_found_is_a_finding(tmp_path: Path) -> None:
    assert routes(tmp_path, "", 'path("x", money.gone)') == [3]
    assert found(RULE, URLS, ROUTE + 'path("x", lambda request: None)', tmp_path) == [3]


def test_a_view_is_followed_through_a_re_export(tmp_path: Path) -> None:
    other = tmp_path / "src/okpay/web/pages/other.py"
    other.parent.mkdir(parents=True)
    other.write_text("@public\ndef send(request): ...")
    page = other.with_name("money.py")
    page.write_text("from okpay.web.pages.other import send")
    assert found(RULE, URLS, ROUTE + 'path("x", money.send)', tmp_path) == []


@pytest.mark.parametrize("wrapped", ["public(V.as_view())", 'permission("a:b:c")(V.as_view())'])
def test_a_view_may_be_declared_where_it_is_named(tmp_path: Path, wrapped: str) -> None:
    assert routes(tmp_path, f"send = {wrapped}") == []


def test_a_view_named_without_a_declaration_is_found(tmp_path: Path) -> None:
    assert routes(tmp_path, "send = V.as_view()") == [3]


def test_a_foreign_view_may_be_wrapped_and_an_include_is_no_view(tmp_path: Path) -> None:
    route = 'path("x", public(LogoutView.as_view()))\npath("y", include("a.urls"))'
    assert routes(tmp_path, "", route) == []
    assert found(RULE, URLS, ROUTE + 'path("x", LogoutView.as_view())', tmp_path) == [3]


def api(decorator: str, head: str = "") -> list[int]:
    return found(RULE, API, f"from litestar import get\n{head}\n{decorator}\ndef read(): ...")


@pytest.mark.parametrize("decorator", ["@get", '@get("/x")', '@get("/x", opt={"cache": 1})'])
def test_a_handler_without_a_scope_is_found(decorator: str) -> None:
    assert api(decorator) == [4]


@pytest.mark.parametrize(
    "decorator",
    ['@get("/x", opt={"scope": "a"})', '@get("/x", opt={"public": True})', '@get("/", opt=OPEN)'],
)
def test_a_handler_that_declares_is_fine(decorator: str) -> None:
    assert api(decorator) == []


def test_the_decorator_of_the_house_is_checked_like_those_of_litestar() -> None:
    head = "from okpay.api.endpoint import endpoint\n"
    assert found(RULE, API, head + '@endpoint("GET", "/x")\ndef read(): ...') == [3]
    assert found(RULE, API, head + '@endpoint("GET", "/x", scope="a")\ndef read(): ...') == []


def test_a_controller_may_declare_for_its_handlers() -> None:
    head = 'class A:\n    {}\n    @get("/x")\n    def read(self): ...\n'
    fine = head.format('opt = {"scope": "a"}')
    assert found(RULE, API, "from litestar import get\n" + fine) == []
    bad = head.format('path = "/x"')
    assert found(RULE, API, "from litestar import get\n" + bad) == [5]
