"""The public key that our checkpoints, totals and reports are signed with, for everybody."""

from __future__ import annotations

import base64

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from okpay.kernel import signing
from okpay.web.permissions import public


@public
@require_GET
def key(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 — Django passes it
    """Send the key as text: the algorithm, the key in base64, and its short name."""
    ours = signing.public_key()
    text = f"Ed25519 {base64.b64encode(ours).decode()}\nkey id  {signing.key_id(ours)}\n"
    return HttpResponse(text, content_type="text/plain; charset=us-ascii")
