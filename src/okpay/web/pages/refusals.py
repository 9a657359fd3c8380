"""A refusal on a page: what happened to the money, why, and the way on, with its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from okpay.kernel.errors import CATALOGUE, DomainError


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal in the words of the current language."""

    code: str
    title: str
    text: str
    cause: str
    remedy: str
    remedy_url: str
    help_url: str


def refusal_of(error: DomainError) -> Refusal:
    """Put a refusal into words; a remedy whose page does not exist yet has no link."""
    return Refusal(
        code=error.code,
        title=str(error.title),
        text=error.text(),
        cause=str(error.cause),
        remedy=str(error.remedy),
        remedy_url=page_named(error.remedy_url_name),
        help_url=page_named("error_code", error.code),
    )


def page_named(name: str, *parts: object) -> str:
    """Return the address of a page, or "" while there is none of this name."""
    try:
        return reverse(name, args=parts) if name else ""
    except NoReverseMatch:
        return ""


def pack(error: DomainError) -> dict[str, Any]:
    """Turn a refusal into plain data that a session can keep until the next page shows it."""
    return {"code": error.code, "params": {key: str(value) for key, value in error.params.items()}}


def unpack(kept: dict[str, Any]) -> DomainError:
    """Turn kept data back into the refusal."""
    return CATALOGUE[kept["code"]](**kept["params"])
