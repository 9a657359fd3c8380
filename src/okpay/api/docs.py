"""What the human pages say about every endpoint, from the same declarations."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import msgspec
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from okpay.api.calls import VERSION
from okpay.api.endpoint import PUBLIC, Endpoint
from okpay.api.examples import EXAMPLES
from okpay.api.openapi import TEMPLATE, codes_of, example_id, query_parameters, unknown_of
from okpay.api.problem import documentation_url
from okpay.api.rates import RATES
from okpay.kernel.errors import WORDS

_CODE: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Field:
    """One field or parameter as a reader needs it."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Code:
    """One refusal of an endpoint."""

    code: str
    status: int
    title: str
    url: str


@dataclass(frozen=True)
class Shown:
    """One endpoint as a reader sees it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    needs_key: bool
    parameters: list[Field]
    fields: list[Field]
    curl: str
    status: int
    answer: str
    codes: list[Code]


@dataclass(frozen=True)
class Group:
    """The endpoints of one kind of resource."""

    tag: str
    title: str
    shown: list[Shown]


def coded(text: str) -> SafeString:
    """Escape a text of ours and set what stands between backticks as code."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(text)))  # noqa: S308 — escaped first


def titles() -> dict[str, str]:
    """Return the heading of every group in the current language."""
    return {
        "account": _("Account"),
        "people": _("People"),
        "transfers": _("Transfers"),
        "refunds": _("Refunds"),
        "payouts": _("Pay many at once"),
        "topups": _("Top-ups"),
        "wallet": _("Balances and records"),
        "payees": _("Saved payees"),
        "requests": _("Money requests"),
        "messages": _("Messages"),
        "errors": _("Errors"),
        "health": _("Health"),
    }


TEST_CARDS: Final = (
    ("4242424242424242", "approved"),
    ("5555555555554444", "approved"),
    ("6200000000000005", "approved"),
    ("4000002760003184", "3ds"),
    ("4000000000000119", "processing_error"),
    ("4000000000000002", "generic_decline"),
    ("4000000000009995", "insufficient_funds"),
    ("4000000000000069", "expired_card"),
    ("4000000000000127", "incorrect_cvc"),
    ("4100000000000019", "blocked_by_risk"),
)


def page(endpoints: list[Endpoint], language: str) -> str:
    """Return the documentation as one page, in the current language."""
    public = [e for e in endpoints if e.tag != "documents"]
    named = titles()
    groups = [
        Group(tag, named.get(tag, tag), [_shown(endpoint) for endpoint in part])
        for tag, part in groupby(public, key=lambda endpoint: endpoint.tag)
    ]
    context = {
        "groups": groups,
        "language": language,
        "api_url": settings.OKPAY_API_URL,
        "base_url": settings.OKPAY_BASE_URL,
        "version": VERSION,
        "cards": TEST_CARDS,
        "burst": RATES.tokens.burst,
        "sandbox": settings.OKPAY_CLOCK_FILE is not None,
    }
    return render_to_string("api/docs/page.html", context)


def _shown(endpoint: Endpoint) -> Shown:
    example = EXAMPLES[endpoint.name]
    return Shown(
        name=endpoint.name,
        method=endpoint.method,
        path=endpoint.path,
        summary=str(endpoint.summary),
        description=coded(str(endpoint.description)),
        scope="" if endpoint.scope == PUBLIC else str(endpoint.scope),
        needs_key=endpoint.needs_key,
        parameters=_parameters(endpoint),
        fields=body_fields(endpoint.body) if endpoint.body is not None else [],
        curl=curl(endpoint),
        status=endpoint.status,
        answer=_pretty(example.answer) if example.answer is not None else "",
        codes=[_code(code) for code in [*codes_of(endpoint), *unknown_of(endpoint)]],
    )


def _code(code: str) -> Code:
    kind = WORDS[code]
    return Code(code, kind.status, str(kind.title), documentation_url(code))


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _parameters(endpoint: Endpoint) -> list[Field]:
    if endpoint.query is None:
        return []
    return [_parameter(parameter) for parameter in query_parameters(endpoint.query)]


def _parameter(parameter: dict[str, Any]) -> Field:
    text = str(parameter.get("description", ""))  # query_parameters has translated it
    return Field(parameter["name"], kind_of(parameter["schema"]), required=False, text=coded(text))


def body_fields(shape: type[msgspec.Struct], prefix: str = "") -> list[Field]:
    """Return the fields of a body, those of objects inside it with a dotted name."""
    _refs, schemas = msgspec.json.schema_components([shape], ref_template=TEMPLATE)
    return _fields(schemas[shape.__name__], schemas, prefix)


def _fields(schema: dict[str, Any], schemas: dict[str, Any], prefix: str) -> list[Field]:
    found: list[Field] = []
    for name, part in schema["properties"].items():
        inner = _target(part, schemas)
        required = name in schema.get("required", [])
        text = _described(part)
        found.append(Field(prefix + name, kind_of(part), required, coded(_(text) if text else "")))
        if inner and "properties" in inner:
            found += _fields(inner, schemas, f"{prefix}{name}.")
    return found


def _described(part: dict[str, Any]) -> str:
    """Return what is said of a field itself, not of the type that it has."""
    choices = [part, *part.get("anyOf", [])]
    return next((str(one["description"]) for one in choices if "description" in one), "")


def _target(part: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    choices = [part, *part.get("anyOf", []), *part.get("allOf", [])]
    ref = next((choice["$ref"] for choice in choices if "$ref" in choice), "")
    found: dict[str, Any] = schemas.get(ref.rpartition("/")[2], {})
    return found


def kind_of(schema: dict[str, Any]) -> str:
    """Name a schema's type in a word or two."""
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        kinds = [kind_of(part) for part in schema["anyOf"] if part != {"type": "null"}]
        return " | ".join(dict.fromkeys(kinds))
    if "$ref" in schema or "allOf" in schema:
        return "object"
    if schema.get("format") == "date-time":
        return "date-time"
    if schema.get("type") == "array":
        return f"{kind_of(schema.get('items', {}))}[]"
    return str(schema.get("type", "any"))


def curl(endpoint: Endpoint) -> str:
    """Write the request of an endpoint's example for a terminal."""
    example = EXAMPLES[endpoint.name]
    path = endpoint.path
    if endpoint.prefixes:
        path = path.replace("{id}", example_id(endpoint.prefixes[0]))
    query = f"?{example.query}" if example.query else ""
    method = "" if endpoint.method == "GET" else f"-X {endpoint.method} "
    quoted = "-g " if "[" in query else ""
    parts = [f'curl {quoted}{method}"{settings.OKPAY_API_URL}{path}{query}"']
    if endpoint.scope != PUBLIC:
        parts.append('-H "Authorization: Bearer $OKPAY_TOKEN"')
    if endpoint.needs_key:
        parts.append('-H "Idempotency-Key: $(uuidgen)"')
    if example.body is not None:
        parts.append('-H "Content-Type: application/json"')
        parts.append(f"-d '{json.dumps(example.body, ensure_ascii=False)}'")
    return " \\\n  ".join(parts)
