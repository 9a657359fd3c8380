"""Refusals on the wire: RFC 9457, in the caller's language, with a stable code and a way on.

What is not known yet is no refusal and no problem document: it is 202 with a body of its own.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from okpay.api.calls import Headers, content_headers
from okpay.api.errors import RequestError
from okpay.kernel.errors import DomainError, Worded
from okpay.payments.errors import OutcomeUnknownError

MEDIA_TYPE: Final = b"application/problem+json"
# Seconds after which asking again makes sense, for refusals that do not say it themselves.
RETRY_AFTER: Final = {
    "idempotency_in_progress": 1,
    "service_busy": 2,
    "outcome_unknown": 2,
    "sign_in_busy": 2,
    "code_too_soon": 60,
    "reminder_limit": 86_400,
    "too_many_top_ups": 60,
    "acquirer_unavailable": 5,
}
_CHALLENGE: Final = (b"www-authenticate", b'Bearer realm="okpay"')
_encode: Final = msgspec.json.Encoder().encode


class FieldProblem(msgspec.Struct):
    """What is wrong at one place of the request."""

    pointer: str
    detail: str


class Remedy(msgspec.Struct, omit_defaults=True):
    """What to do next, and the page where it is done."""

    text: str
    url: str | None = None


class Problem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A refusal. `code` never changes; words follow Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    doc_url: str
    remedy: Remedy | None = None
    param: str = ""
    errors: list[FieldProblem] = []
    params: dict[str, Any] = {}


class UnknownShown(msgspec.Struct, kw_only=True):
    """Accepted, but its outcome is not known yet. Ask again with the same key."""

    status: Literal["unknown"] = "unknown"
    code: Literal["outcome_unknown"] = "outcome_unknown"
    title: str
    detail: str
    request_id: str
    doc_url: str
    remedy: Remedy | None


def documentation_url(code: str) -> str:
    """Return the page that explains a code."""
    return f"{settings.OKPAY_BASE_URL}/help/codes/{code}"


def remedy_of(error: Worded | type[Worded]) -> Remedy | None:
    """Return the way on in the current language, with the page's address where it has one."""
    text = str(error.remedy)
    if not text:
        return None
    try:
        path = reverse(error.remedy_url_name) if error.remedy_url_name else ""
    except NoReverseMatch:
        path = ""
    return Remedy(text, f"{settings.OKPAY_BASE_URL}{path}" if path else None)


def _plain(value: object) -> object:
    return value if isinstance(value, int | bool) or value is None else str(value)


def problem_of(error: DomainError, request_id: str, language: str, instance: str = "") -> Problem:
    """Put a refusal into words."""
    fields = getattr(error, "fields", ())  # refusals of a request's form, and of a list's lines
    param = error.param if isinstance(error, RequestError) else PARAMS.get(error.code, "")
    with override(language):
        return Problem(
            type=documentation_url(error.code),
            title=str(error.title) or error.code,
            status=error.status,
            detail=error.text(),
            instance=instance or f"urn:okpay:request:{request_id}",
            code=error.code,
            request_id=request_id,
            doc_url=documentation_url(error.code),
            remedy=remedy_of(error),
            param=param,
            errors=[FieldProblem(pointer, detail) for pointer, detail in fields],
            params={name: _plain(value) for name, value in error.params.items()},
        )


# Which field of the request a refusal of the domain speaks about.
PARAMS: Final = {
    "payee_not_found": "payee",
    "payee_is_self": "payee",
    "payee_frozen": "payee",
    "insufficient_funds": "amount",
    "invalid_amount": "amount",
    "limit_exceeded": "amount",
    "currency_not_supported": "currency",
    "currency_not_held": "currency",
    "idempotency_key_reused": "Idempotency-Key",
    "idempotency_key_required": "Idempotency-Key",
    "idempotency_in_progress": "Idempotency-Key",
    "version_not_supported": "OKPay-Version",
}


def retry_after(error: Worded) -> int | None:
    """Return in how many seconds asking again makes sense, or None."""
    seconds = error.params.get("seconds")
    return seconds if isinstance(seconds, int) else RETRY_AFTER.get(error.code)


def problem_bytes(
    error: DomainError, request_id: str, language: str, instance: str = ""
) -> tuple[int, Headers, bytes]:
    """Render a refusal as status, headers and body, free of any framework."""
    body = _encode(problem_of(error, request_id, language, instance))
    extra = _headers(error, language)
    if error.status == 401:  # noqa: PLR2004 — RFC 9110 §15.5.2 asks for the challenge
        extra.append(_CHALLENGE)
    return error.status, content_headers(MEDIA_TYPE, body, extra), body


def unknown_bytes(request_id: str, language: str) -> tuple[int, Headers, bytes]:
    """Render an outcome that is not known yet as status, headers and body."""
    said = OutcomeUnknownError()
    with override(language):
        shown = UnknownShown(
            title=str(said.title),
            detail=said.text(),
            request_id=request_id,
            doc_url=documentation_url(said.code),
            remedy=remedy_of(said),
        )
    body = _encode(shown)
    return said.status, content_headers(b"application/json", body, _headers(said, language)), body


def _headers(said: Worded, language: str) -> Headers:
    """In which language it is said, and when to ask again."""
    found: Headers = [(b"content-language", b"en" if language == "en" else b"zh-CN")]
    found.append((b"vary", b"Accept-Language"))
    wait = retry_after(said)
    if wait is not None:
        found.append((b"retry-after", str(wait).encode("ascii")))
    return found
