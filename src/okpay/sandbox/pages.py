"""How the box draws a page: its templates, its two languages and its headers."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from litestar import Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from lucide.jinja import lucide
from markupsafe import Markup, escape

from okpay.config.env import ENV
from okpay.sandbox.texts import LANGUAGES, language_of, say

if TYPE_CHECKING:
    from litestar import Request

ZONE: Final = ZoneInfo("Asia/Shanghai")
LINK: Final = re.compile(r"https?://[^\s<>\"']+")


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, ZONE).strftime("%m-%d %H:%M:%S")


def _icon(name: str, extra: str = "") -> str:
    attributes = {"class": f"ic {extra}".strip(), "aria-hidden": "true"}
    return lucide(name, size=None, **attributes)


def _linked(text: str) -> Markup:
    """Escape a message's text and make its addresses clickable."""
    pieces, last = [], 0
    for found in LINK.finditer(text):
        url = found.group().rstrip(".,;:!?)，。；：！？）")
        end = found.start() + len(url)
        pieces.append(escape(text[last : found.start()]))
        pieces.append(Markup('<a href="{0}" rel="noreferrer">{0}</a>').format(url))
        last = end
    pieces.append(escape(text[last:]))
    return Markup("").join(pieces)


TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(default=True),
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters["time"] = _time
TEMPLATES.filters["linked"] = _linked
TEMPLATES.globals["icon"] = _icon
TEMPLATES.globals["languages"] = LANGUAGES
TEMPLATES.globals["wallet_url"] = ENV.base_url


def origin(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def policy(form_action: str = "") -> str:
    """Return the content security policy: nothing from elsewhere, nothing inline."""
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {form_action}"
    ).strip()


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    language: str = "",
    form_action: str = "",
    **context: object,
) -> Response[str]:
    """Draw one page in the reader's language."""
    chosen = language_of(request, language)
    text = TEMPLATES.get_template(template).render(
        language=chosen,
        path=request.url.path,
        _=lambda words, **places: say(chosen, words, **places),
        **context,
    )
    answer = Response(text, status_code=status, media_type=MediaType.HTML)
    answer.headers["content-security-policy"] = policy(form_action)
    if request.query_params.get("lang") == chosen:
        answer.set_cookie(Cookie(key="lang", value=chosen, samesite="lax", httponly=True))
    return answer
