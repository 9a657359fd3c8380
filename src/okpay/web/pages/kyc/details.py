"""What stands in the document, typed: only the fields that are open."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kyc import documents, operations, queries
from okpay.kyc.answers import LONGEST, NEVER
from okpay.kyc.errors import AnswersRefusedError
from okpay.kyc.models import Case
from okpay.kyc.reasons import PROBLEMS, REASONS
from okpay.web.actor import actor_of
from okpay.web.pages.kyc import way
from okpay.web.pages.refusals import Refusal, refusal_of
from okpay.web.permissions import permission

HINTS: Final = {
    "legal_name": _("All of it, in the same characters. Not a nickname."),
    "birth_date": _("For example 1990-03-07."),
    "mrz": _("If you copy them, a person needs less time for your case. < is a filler."),
}
WIDGETS: Final[dict[str, forms.Widget]] = {
    "birth_date": forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
    "expiry": forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
    "mrz": forms.Textarea(
        attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "characters", "class": "code"}
    ),
    "legal_name": forms.TextInput(attrs={"autocomplete": "name"}),
    "number": forms.TextInput(
        attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
    ),
}


class DetailsForm(forms.Form):
    """The open fields of a document; whether they can be right is decided by `kyc`."""

    def __init__(self, case: Case, *given: Any, **options: Any) -> None:
        """Take the fields of the case that are open."""
        super().__init__(*given, **options)
        document = documents.DOCUMENTS[case.document]
        for name in queries.open_parts(case):
            if name in document.fields:
                self.fields[name] = _field(name, open_ended=document.open_ended)


def _field(name: str, *, open_ended: bool) -> forms.CharField:
    hint = HINTS.get(name, "")
    if name == "expiry":
        hint = _("Leave it empty for a card without an end.") if open_ended else ""
    return forms.CharField(
        label=str(documents.FIELD_WORDS[name]),
        required=name not in documents.OPTIONAL and not (name == "expiry" and open_ended),
        max_length=LONGEST[name] * 2,
        widget=WIDGETS[name],
        help_text=hint,
    )


@permission(Permission.REAL_NAME_WRITE)
@require_http_methods(["GET", "POST"])
def details(request: HttpRequest) -> HttpResponse:
    """Take the fields in, all or none."""
    case = way.editable_or_404(request)
    if request.method == "POST":
        return _taken(request, case)
    known = queries.texts(case)
    initial = {name: "" if text == NEVER else text for name, text in known.items()}
    form = DetailsForm(case, initial=initial)
    if not form.fields:
        raise Http404
    return _page(request, case, form)


def _taken(request: HttpRequest, case: Case) -> HttpResponse:
    form = DetailsForm(case, request.POST)
    if not form.fields:
        raise Http404
    if not form.is_valid():
        return _page(request, case, form, status=422)
    try:
        operations.answer(
            actor=actor_of(request), case_id=case.pk, typed=form.cleaned_data, now=clock.now()
        )
    except AnswersRefusedError as error:
        for name, code in error.problems.items():
            form.add_error(name if name in form.fields else None, str(PROBLEMS[code]))
        return _page(request, case, form, status=error.status)
    except DomainError as error:
        return _page(request, case, form, refusal=refusal_of(error), status=error.status)
    return redirect(way.next_url(case) if way.is_draft(case) else reverse("kyc"))


def _page(
    request: HttpRequest,
    case: Case,
    form: DetailsForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = way.is_draft(case)
    asked = [one for one in queries.last_remarks(case) if one.field in form.fields]
    context = {
        "steps": way.steps(2) if draft else None,
        "case": case,
        "document": documents.DOCUMENTS[case.document],
        "form": form,
        "remarks": [] if draft else [REASONS[one.code] for one in asked],
        "refusal": refusal,
        "back": reverse("kyc"),
    }
    return render(request, "web/kyc/details.html", context, status=status)
