"""Installing the app: its manifest, its service worker, and the page without a network."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from okpay import __version__
from okpay.web.permissions import public

SHELL: Final = (
    "web/tokens.css",
    "web/components.css",
    "web/app.css",
    "web/app.js",
    "web/sheet.js",
    "web/keypad.js",
    "web/mark.svg",
    "django_htmx/htmx-2.min.js",
)
_ICONS: Final = (
    ("web/icons/icon-192.png", "192x192", "any"),
    ("web/icons/icon-512.png", "512x512", "any"),
    ("web/icons/maskable-512.png", "512x512", "maskable"),
)


@public
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Show what is shown without a network. It holds nothing personal, so it may be stored."""
    response = render(request, "web/site/offline.html")
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """Describe the app to the browser that installs it."""
    del request
    described = {
        "name": "OKPay",
        "short_name": "OKPay",
        "description": _("Your wallet: pay, receive, keep the receipts"),
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "en" if get_language() == "en" else "zh-CN",
        "background_color": "#f1f5f3",
        "theme_color": "#f1f5f3",
        "icons": [
            {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in _ICONS
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")


@public
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve the worker from the root, so that it may look after every page."""
    shell = [static(path) for path in SHELL]
    version = sha256(f"{__version__} {shell}".encode()).hexdigest()[:12]
    context = {"shell": shell, "version": version}
    response = render(request, "web/site/sw.js", context, content_type="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response
