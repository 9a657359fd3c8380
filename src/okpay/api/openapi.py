"""The OpenAPI 3.1 document, made from the declarations that the endpoints run by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from okpay.api.calls import VERSION
from okpay.api.endpoint import JSON, PUBLIC, Endpoint
from okpay.api.examples import EXAMPLES
from okpay.api.problem import Problem, UnknownShown
from okpay.kernel.errors import CATALOGUE
from okpay.payments.errors import OutcomeUnknownError

TEMPLATE: Final = "#/components/schemas/{name}"
ID_BODY: Final = "[0-7][0-9a-hjkmnp-tv-z]{25}"
Doc = dict[str, Any]

ALWAYS: Final = ("version_not_supported", "rate_limited", "service_busy", "internal_error")
WITH_TOKEN: Final = ("unauthenticated", "scope_missing")
WITH_BODY: Final = (
    "invalid_json",
    "invalid_request",
    "extra_forbidden",
    "body_too_large",
    "unsupported_media_type",
)
WITH_QUERY: Final = ("invalid_request", "extra_forbidden")
WITH_KEY: Final = (
    "idempotency_key_required",
    "idempotency_key_reused",
    "idempotency_in_progress",
)


def codes_of(endpoint: Endpoint) -> list[str]:
    """Return every code that an endpoint may answer, in a stable order."""
    parts: list[Iterable[str]] = [ALWAYS, WITH_QUERY]
    parts.append(WITH_TOKEN if endpoint.scope != PUBLIC else ())
    parts.append(WITH_BODY if endpoint.body is not None else ())
    parts.append(WITH_KEY if endpoint.needs_key else ())
    parts.append(("not_found",) if "{id}" in endpoint.path else ())
    parts.append(endpoint.refusals)
    return list(dict.fromkeys(code for part in parts for code in part))


def unknown_of(endpoint: Endpoint) -> tuple[str, ...]:
    """Return what an endpoint answers when an outcome is not known yet: what the engine decides."""
    return (OutcomeUnknownError.code,) if endpoint.key == "engine" else ()


def example_id(prefix: str) -> str:
    """Return an id of the documented form that belongs to nobody."""
    return f"{prefix}_01jd4z8q0r3t5v7x9yabcdefgh"


def document(endpoints: Sequence[Endpoint], language: str) -> Doc:
    """Return the whole document in one language."""
    public = [endpoint for endpoint in endpoints if endpoint.tag != "documents"]
    with override(language):
        refs, schemas = _schemas(public)
        paths: dict[str, Doc] = {}
        for endpoint in public:
            operation = _operation(endpoint, refs)
            paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
        return {
            "openapi": "3.1.0",
            "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
            "info": _info(),
            "servers": [{"url": settings.OKPAY_API_URL}],
            "tags": [{"name": tag} for tag in dict.fromkeys(e.tag for e in public)],
            "paths": paths,
            "components": {
                "schemas": schemas,
                "parameters": _shared_parameters(),
                "headers": _shared_headers(),
                "securitySchemes": {
                    "token": {
                        "type": "http",
                        "scheme": "bearer",
                        "bearerFormat": "okpay_pat_…",
                        "description": _(
                            "A personal access token, made in the app: Me → Access for programs."
                        ),
                    }
                },
            },
        }


def _info() -> Doc:
    return {
        "title": "OKPay API",
        "version": VERSION,
        "summary": _("Pay people, top up, and read your wallet."),
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    }


def _types(endpoints: Sequence[Endpoint]) -> list[Any]:
    found: list[Any] = [Problem, UnknownShown]
    for endpoint in endpoints:
        found += [kind for kind in (endpoint.body, endpoint.answer) if kind is not None]
    return list(dict.fromkeys(found))


def _schemas(endpoints: Sequence[Endpoint]) -> tuple[dict[Any, Doc], dict[str, Doc]]:
    types = _types(endpoints)
    refs, schemas = msgspec.json.schema_components(types, ref_template=TEMPLATE)
    return dict(zip(types, refs, strict=True)), _in_words(schemas)


def _in_words(schema: Any) -> Any:  # noqa: ANN401 — any part of a JSON document
    """Put descriptions into the current language; what has no translation stays as it is."""
    if isinstance(schema, list):
        return [_in_words(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _in_words(part) for name, part in schema.items()}
    text = found.get("description")
    if isinstance(text, str):
        found["description"] = _(text)
    return found


def _operation(endpoint: Endpoint, refs: dict[Any, Doc]) -> Doc:
    operation: Doc = {
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": str(endpoint.summary),
        "parameters": parameters_of(endpoint),
        "responses": _responses(endpoint, refs),
        "security": [] if endpoint.scope == PUBLIC else [{"token": [str(endpoint.scope)]}],
    }
    if endpoint.description:
        operation["description"] = str(endpoint.description)
    if endpoint.body is not None:
        example = EXAMPLES[endpoint.name].body
        content = {"schema": refs[endpoint.body], "example": example}
        others = endpoint.files.content if endpoint.files is not None else {}
        forms = {"application/json": content, **others}
        operation["requestBody"] = {"required": True, "content": forms}
    return operation


def parameters_of(endpoint: Endpoint) -> list[Doc]:
    """Return the parameters in address, query and headers."""
    parameters: list[Doc] = []
    if "{id}" in endpoint.path:
        parameters.append(_id_parameter(endpoint))
    if endpoint.query is not None:
        parameters += query_parameters(endpoint.query)
    if endpoint.needs_key:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    parameters.append({"$ref": "#/components/parameters/Version"})
    return parameters


def _id_parameter(endpoint: Endpoint) -> Doc:
    pattern = f"^({'|'.join(endpoint.prefixes)})_{ID_BODY}$"
    return {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": pattern},
        "example": example_id(endpoint.prefixes[0]),
    }


def query_parameters(shape: type[msgspec.Struct]) -> list[Doc]:
    """Return the fields of a query's shape as parameters; absent is not the same as null."""
    _refs, schemas = msgspec.json.schema_components([shape], ref_template=TEMPLATE)
    found = []
    for name, schema in schemas[shape.__name__]["properties"].items():
        choices = [part for part in schema.get("anyOf", []) if part != {"type": "null"}]
        plain = dict(choices[0]) if choices else dict(schema)
        text = plain.pop("description", "") or schema.get("description", "")
        parameter: Doc = {"name": name, "in": "query", "required": False, "schema": plain}
        found.append({**parameter, "description": _(text)} if text else parameter)
    return found


def _shared_parameters() -> Doc:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": _("One random text for each wish; send the same one when you retry."),
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        "example": "5f3c9c1e-8d0b-4b7e-9f57-1f6f0c7e2a11",
    }
    version = {
        "name": "OKPay-Version",
        "in": "header",
        "required": False,
        "description": _("The version that your program was written for."),
        "schema": {"type": "string", "enum": [VERSION]},
    }
    return {"IdempotencyKey": key, "Version": version}


def _shared_headers() -> Doc:
    text = {"type": "string"}
    return {
        "RequestId": {"description": _("Names this call in our log."), "schema": text},
        "RetryAfter": {
            "description": _("Seconds to wait before asking again."),
            "schema": {"type": "integer", "minimum": 1},
        },
        "Replayed": {
            "description": _("`true` when the answer was given before."),
            "schema": {"type": "string", "enum": ["true"]},
        },
    }


def _responses(endpoint: Endpoint, refs: dict[Any, Doc]) -> Doc:
    headers: Doc = {"Request-Id": {"$ref": "#/components/headers/RequestId"}}
    if endpoint.needs_key:
        headers["Idempotent-Replayed"] = {"$ref": "#/components/headers/Replayed"}
    good: Doc = {"description": str(endpoint.summary), "headers": headers}
    if endpoint.answer is not None:
        example = EXAMPLES[endpoint.name].answer
        content = {"schema": refs[endpoint.answer], "example": example}
        good["content"] = {endpoint.media_type: content}
    elif endpoint.media_type != JSON:
        good["content"] = {endpoint.media_type: {"schema": {"type": "string"}}}
    later = _later(good, refs) if endpoint.later else {}
    unknown = _unknown(endpoint, refs)
    return {str(endpoint.status): good, **later, **unknown, **_problems(endpoint, refs)}


def _later(good: Doc, refs: dict[Any, Doc]) -> Doc:
    """It goes on: the answer as it stands now, or that not even this is known."""
    content = dict(good["content"][JSON])
    content["schema"] = {"anyOf": [content["schema"], refs[UnknownShown]]}
    return {"202": {**good, "content": {JSON: content}}}


def _unknown(endpoint: Endpoint, refs: dict[Any, Doc]) -> Doc:
    headers = {
        "Request-Id": {"$ref": "#/components/headers/RequestId"},
        "Retry-After": {"$ref": "#/components/headers/RetryAfter"},
    }
    return {
        str(OutcomeUnknownError.status): {
            "description": f"`{code}`: {OutcomeUnknownError.title}",
            "headers": headers,
            "content": {JSON: {"schema": refs[UnknownShown]}},
        }
        for code in unknown_of(endpoint)
    }


def _problems(endpoint: Endpoint, refs: dict[Any, Doc]) -> Doc:
    by_status: dict[int, list[str]] = {}
    for code in codes_of(endpoint):
        by_status.setdefault(CATALOGUE[code].status, []).append(code)
    return {
        str(status): _problem(status, codes, refs[Problem])
        for status, codes in sorted(by_status.items())
    }


def _problem(status: int, codes: list[str], ref: Doc) -> Doc:
    headers: Doc = {"Request-Id": {"$ref": "#/components/headers/RequestId"}}
    if status in {429, 503}:
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    words = "\n".join(f"- `{code}`: {CATALOGUE[code].title}" for code in codes)
    return {
        "description": words,
        "headers": headers,
        "content": {"application/problem+json": {"schema": ref}},
    }


@cache
def rendered(language: str) -> bytes:
    """Return the document as JSON; it cannot change while the process runs."""
    from okpay.api.routes import endpoints  # noqa: PLC0415 — the routes import this file

    return msgspec.json.encode(document(endpoints(), language))
