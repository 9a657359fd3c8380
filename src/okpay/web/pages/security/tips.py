"""防骗指南: how people are cheated, and what to do about it. Open to everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from okpay.web.pages.refusals import page_named
from okpay.web.pages.security.tips_words import CHAPTERS
from okpay.web.permissions import public


@public
@require_safe
def tips(request: HttpRequest) -> HttpResponse:
    """Show the guide."""
    context = {"chapters": CHAPTERS, "freeze": page_named("security_freeze"), "tab": "me"}
    return render(request, "web/security/tips.html", context)
