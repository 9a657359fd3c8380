"""One picture: how it should look, the camera or a file, and what the browser thinks of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kyc import documents, files, operations, queries
from okpay.kyc.models import Case
from okpay.kyc.reasons import REASONS
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.kyc import way
from okpay.web.pages.refusals import Refusal, refusal_of
from okpay.web.permissions import permission


class PictureForm(forms.Form):
    """A file. What is in it is found out by `kyc`, not here."""

    picture = forms.FileField(
        label=_("Photo of the document"),
        allow_empty_file=True,
        max_length=None,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp", "data-capture-file": ""}
        ),
        help_text=_("JPEG, PNG or WebP, at most 8 MB."),
    )


@permission(Permission.REAL_NAME_WRITE)
@require_http_methods(["GET", "POST"])
def picture(request: HttpRequest, slot: str) -> HttpResponse:
    """Show how to take one picture, and take it in."""
    case = way.editable_or_404(request)
    if slot not in queries.open_parts(case) or slot not in documents.SLOT_WORDS:
        raise Http404
    if request.method == "POST":
        return _taken(request, case, slot)
    return _page(request, case, slot, PictureForm())


def _taken(request: HttpRequest, case: Case, slot: str) -> HttpResponse:
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, case, slot, form, status=422)
    try:
        operations.add_picture(
            actor=actor_of(request),
            case_id=case.pk,
            slot=slot,
            raw=form.cleaned_data["picture"].read(),
            now=clock.now(),
        )
    except DomainError as error:
        return _page(request, case, slot, form, refusal=refusal_of(error), status=error.status)
    return redirect(way.next_url(case) if way.is_draft(case) else reverse("kyc"))


def _page(
    request: HttpRequest,
    case: Case,
    slot: str,
    form: PictureForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    document = documents.DOCUMENTS[case.document]
    draft = way.is_draft(case)
    there = queries.current_pictures(case).get(slot)
    me = person_of(request).id
    context: dict[str, Any] = {
        "steps": way.steps(1) if draft else None,
        "case": case,
        "document": document,
        "slot": slot,
        "word": documents.SLOT_WORDS[slot],
        "drawing": drawing_of(document.drawing, slot),
        "form": form,
        "refusal": refusal,
        "there": files.sign(viewer=me, file_id=there.id) if there and draft else "",
        "remarks": [] if draft else _remarks(case, slot),
        "back": reverse("kyc_document" if draft else "kyc"),
    }
    return render(request, "web/kyc/picture.html", context, status=status)


def drawing_of(drawing: str, slot: str) -> str:
    """Return which example is shown beside a side of a document."""
    if slot in {documents.LIVE, documents.EXTRA}:
        return slot
    return f"{drawing}_back" if slot == "back" else drawing


def _remarks(case: Case, part: str) -> list[Any]:
    return [REASONS[one.code] for one in queries.last_remarks(case) if one.field == part]
