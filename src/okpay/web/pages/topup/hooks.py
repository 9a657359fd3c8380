"""Where the acquirer's signed webhooks arrive."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from okpay.funding import operations
from okpay.funding.errors import BadSignatureError
from okpay.kernel import clock
from okpay.web.permissions import public

MAX_BODY: Final = 65_536


@csrf_exempt  # the signature over the raw bytes takes the place of the form token
@public
@require_POST
def acquirer(request: HttpRequest) -> JsonResponse:
    """Take in one webhook: 200 when it is taken in or was before, 401 when it is not signed."""
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY:
        return JsonResponse({"error": "too_large"}, status=413)
    try:
        operations.receive_webhook(raw=request.body, headers=request.headers, now=clock.now())
    except BadSignatureError:
        return JsonResponse({"error": "bad_signature"}, status=401)
    return JsonResponse({"status": "ok"})
