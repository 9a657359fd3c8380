"""The person's own picture, by a signed address that lives for five minutes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from okpay.identity.rules import Permission
from okpay.kyc import files
from okpay.kyc.errors import CaseNotFoundError
from okpay.web.actor import actor_of
from okpay.web.permissions import permission


@permission(Permission.REAL_NAME_READ)
@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """Send a picture; an address of somebody else, too old or changed is not there."""
    try:
        body = files.own_file(actor=actor_of(request), token=token)
    except CaseNotFoundError as error:
        raise Http404 from error
    headers = {**files.HEADERS, "Content-Disposition": 'attachment; filename="document.jpg"'}
    return HttpResponse(body, content_type="image/jpeg", headers=headers)
