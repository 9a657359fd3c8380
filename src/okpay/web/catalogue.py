"""What every code says, as the help pages show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse
from django.utils import translation

from okpay.kernel.errors import WORDS, Worded

_RUN_OF_GAPS: Final = re.compile(r"…(\s*…)+")


class _Gaps(dict[str, str]):
    """Fills every place of a message that belongs to one case only."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(frozen=True, slots=True)
class Entry:
    """One code in one language. `remedy_url` is "" where there is no page to go to."""

    code: str
    status: int
    title: str
    message: str
    cause: str
    remedy: str
    remedy_url: str


def _text(value: object) -> str:
    text = str(value)
    return _RUN_OF_GAPS.sub("…", text % _Gaps()) if "%(" in text else text


def _entry(error: type[Worded]) -> Entry:
    try:
        url = reverse(error.remedy_url_name) if error.remedy_url_name else ""
    except NoReverseMatch:
        url = ""
    return Entry(
        code=error.code,
        status=error.status,
        title=_text(error.title),
        message=_text(error.message),
        cause=_text(error.cause),
        remedy=_text(error.remedy),
        remedy_url=url,
    )


def entries() -> list[Entry]:
    """Return every code in the current language, by code."""
    return [_entry(WORDS[code]) for code in sorted(WORDS)]


def entry(code: str, language: str = "") -> Entry | None:
    """Return one code in the given (or the current) language; None where there is no such code."""
    error = WORDS.get(code)
    if error is None:
        return None
    with translation.override(language or translation.get_language()):
        return _entry(error)
