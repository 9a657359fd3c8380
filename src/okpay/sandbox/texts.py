"""Words of the box in two languages. Message ids are English; Chinese stands in `locale/`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from litestar import Request

CATALOGUE: Final = Path(__file__).parent / "locale" / "zh_Hans.json"
LANGUAGES: Final = {"zh-hans": "中文", "en": "English"}


@cache
def _chinese() -> dict[str, str]:
    found: dict[str, str] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return found


def say(language: str, text: str, **places: object) -> str:
    """Return the text in the language, its `%(name)s` places filled."""
    found = text if language == "en" else _chinese().get(text, text)
    return found % places if places else found


def language_of(request: Request[Any, Any, Any], fallback: str = "") -> str:
    """Choose: the address, then the cookie, then the given fallback, then the browser."""
    for wish in (request.query_params.get("lang"), request.cookies.get("lang"), fallback):
        if wish in LANGUAGES:
            return str(wish)
    accepted = request.headers.get("accept-language", "").lower()
    return "en" if accepted.startswith("en") else "zh-hans"
