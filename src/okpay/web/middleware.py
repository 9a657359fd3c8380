"""Appearance and language of the page, known before its first byte is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation

CHOICES: Final = {"theme": ("light", "dark"), "scale": ("elder",), "hide": ("1",)}
COOKIES: Final = {name: f"okpay_{name}" for name in CHOICES}


@dataclass(frozen=True, slots=True)
class Look:
    """What a person chose for this browser; "" means the device's own setting."""

    theme: str = ""
    scale: str = ""
    hide: str = ""


def read_look(request: HttpRequest) -> Look:
    """Read the choices from the cookies; anything unknown counts as not chosen."""
    chosen = {name: request.COOKIES.get(cookie, "") for name, cookie in COOKIES.items()}
    return Look(**{name: value if value in CHOICES[name] else "" for name, value in chosen.items()})


class Appearance:
    """Render the page as the person chose it from the first byte, so that nothing flashes.

    Language: this browser's choice first, then the person's own, then what the browser asks for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.look = read_look(request)  # type: ignore[attr-defined]  # read by the shell
        use_language_of_person(request)
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(self), geolocation=(), payment=()"
        )
        if request.user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response


def use_language_of_person(request: HttpRequest) -> None:
    """Switch to the person's own language unless this browser has chosen one."""
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not request.user.is_authenticated:
        return
    language = getattr(request.user, "language", "")
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language
