"""The OpenAPI document and the human pages, all from this origin."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from okpay.api.calls import Call
from okpay.api.docs import page
from okpay.api.endpoint import JSON, PUBLIC, endpoint
from okpay.api.errors import ResourceNotFoundError
from okpay.api.idempotency import Reply
from okpay.api.openapi import rendered
from okpay.api.schemas.documents import DocsQuery

HERE: Final = Path(__file__).resolve().parent.parent
LOOK: Final = HERE.parent / "web" / "static" / "web"
FILES: Final = {
    "tokens.css": LOOK / "tokens.css",
    "components.css": LOOK / "components.css",
    "mark.svg": LOOK / "mark.svg",
    "docs.css": HERE / "static_docs" / "docs.css",
}
KINDS: Final = {".css": "text/css", ".svg": "image/svg+xml"}
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}


@endpoint("GET", "/openapi.json", scope=PUBLIC, tag="documents", summary=_("OpenAPI document"))
def openapi(call: Call) -> Reply:
    """Return the OpenAPI 3.1 document."""
    headers = (("cache-control", "max-age=60"), ("vary", "Accept-Language"))
    return Reply(200, JSON, rendered(call.language), headers=headers)


@endpoint("GET", "/docs", scope=PUBLIC, tag="documents", summary=_("Documentation"))
def docs(call: Call, query: DocsQuery) -> Reply:
    """Return the human pages."""
    language = LANGUAGES.get(query.lang or "", call.language)
    headers = (("content-security-policy", POLICY), ("vary", "Accept-Language"))
    return Reply(200, "text/html", _page(language), headers=headers)


@cache
def _page(language: str) -> bytes:

    from okpay.api.routes import endpoints  # noqa: PLC0415 — the routes import this file

    with override(language):
        return page(endpoints(), language).encode()


@endpoint(
    "GET", "/docs/static/{name:str}", scope=PUBLIC, tag="documents", summary=_("Style of the pages")
)
def docs_file(call: Call, name: str) -> Reply:
    """Return one of the few files that the pages need."""
    del call
    if name not in FILES:
        raise ResourceNotFoundError
    path = FILES[name]
    headers = (("cache-control", "max-age=300"),)
    return Reply(200, KINDS[path.suffix], path.read_bytes(), headers=headers)
