"""Region and document."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kyc import documents, operations
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.kyc import way
from okpay.web.pages.refusals import Refusal, refusal_of
from okpay.web.permissions import permission


@permission(Permission.REAL_NAME_WRITE)
@require_http_methods(["GET", "POST"])
def document(request: HttpRequest) -> HttpResponse:
    """Choose; the region of the phone number stands first."""
    if request.method == "POST" and "document" in request.POST:
        return _begun(request)
    return _page(request)


def _begun(request: HttpRequest) -> HttpResponse:
    region, wanted = request.POST.get("region", ""), request.POST["document"]
    try:
        case = operations.begin(
            actor=actor_of(request), region=region, document=wanted, now=clock.now()
        )
    except DomainError as error:
        return _page(request, refusal_of(error), error.status)
    return redirect(way.next_url(case))


def _page(request: HttpRequest, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    own = person_of(request).region
    wanted = request.GET.get("region") or request.POST.get("region") or own
    region = wanted if wanted in documents.REGIONS else "ZZ"
    context = {
        "steps": way.steps(0),
        "region": region,
        "regions": documents.REGIONS.items(),
        "documents": documents.documents_of(region),
        "refusal": refusal,
    }
    return render(request, "web/kyc/document.html", context, status=status)
