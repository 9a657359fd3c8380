"""Security questions: three of them, chosen or worded, set and removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okpay.identity.rules import Permission
from okpay.identity.safety import questions as asked
from okpay.identity.safety.questions import CATALOGUE, COUNT, OWN, Wish
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.actor import actor_of, person_of
from okpay.web.permissions import permission
from okpay.web.step_up import stepped_up

PLACES = tuple(range(1, COUNT + 1))


class QuestionChoices:
    """The catalogue in the language of the page, then one's own wording."""

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield "", _("Choose a question")
        for code, text in CATALOGUE.items():
            yield code, str(text)
        yield OWN, _("A question of my own")


class QuestionsForm(forms.Form):
    """Three questions with their answers. Typed answers are never shown again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in PLACES:
            self.fields[f"question{place}"] = forms.ChoiceField(
                label=_("Question %(number)s") % {"number": place}, choices=QuestionChoices
            )
            self.fields[f"wording{place}"] = forms.CharField(
                label=_("Your own question"), required=False, max_length=asked.WORDING_MOST
            )
            self.fields[f"answer{place}"] = answer_field(_("Answer %(number)s") % {"number": place})

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """Return the fields, three in a row."""
        names = ("question", "wording", "answer")
        return [tuple(self[f"{name}{place}"] for name in names) for place in PLACES]  # type: ignore[misc]  # three names

    def wishes(self) -> list[Wish]:
        """Return what was typed, as the operation takes it."""
        given = self.cleaned_data
        return [
            Wish(given[f"question{at}"], given[f"answer{at}"], given[f"wording{at}"])
            for at in PLACES
        ]


def answer_field(label: str) -> forms.CharField:
    """Return a field for an answer: hidden while typed, kept by no browser."""
    return forms.CharField(
        label=label,
        max_length=asked.MOST,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


@permission(Permission.SECURITY_WRITE)
@never_cache
@sensitive_post_parameters()
@stepped_up
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """Set three questions, or take them away."""
    if request.method == "POST" and request.POST.get("action") == "remove":
        return _removed(request)
    form = QuestionsForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _set(request, form):
        return redirect("security")
    present = asked.asked_of(person_of(request).pk)
    context = {"form": form, "present": present, "tab": "me"}
    return render(request, "web/security/questions.html", context)


def _set(request: HttpRequest, form: QuestionsForm) -> bool:
    try:
        asked.set_questions(actor=actor_of(request), wishes=form.wishes(), now=clock.now())
    except DomainError as refused:
        form.add_error(None, refused.text())
        return False
    messages.success(request, _("Your three questions are kept. They are asked in a recovery."))
    return True


def _removed(request: HttpRequest) -> HttpResponse:
    try:
        asked.remove_questions(actor=actor_of(request), now=clock.now())
    except DomainError as refused:
        messages.error(request, refused.text())
        return redirect("security_questions")
    messages.success(request, _("No questions are asked in a recovery any more."))
    return redirect("security")
