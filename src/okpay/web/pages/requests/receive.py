"""One's own receive code: a link that leads to this person, also as a QR code."""

from __future__ import annotations

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from okpay.identity.rules import Permission, mask_name
from okpay.kernel.ids import encode
from okpay.web.actor import person_of
from okpay.web.permissions import permission


@permission(Permission.REQUESTS_WRITE)
@require_GET
def receive(request: HttpRequest) -> HttpResponse:
    """Show the link and its code. Neither carries a phone number, an e-mail or a name."""
    path = reverse("pay_person", args=[encode("cus", person_of(request).id)])
    link = f"{settings.OKPAY_BASE_URL}{path}"
    context = {
        "link": link,
        "drawing": drawing(link),
        "masked_name": mask_name(person_of(request).name),
    }
    return render(request, "web/requests/receive.html", context)


def drawing(link: str) -> SafeString:
    """Draw a link as a QR code: black on white in every theme, with its quiet zone."""
    code = segno.make(link, error="m", micro=False)
    svg = code.svg_inline(omitsize=True, border=2, dark="#0b1512", light="#ffffff")
    return mark_safe(svg)  # noqa: S308 — drawn from modules by the library, no text of ours in it
