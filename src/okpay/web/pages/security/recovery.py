"""The questions inside a recovery: after mail link or code, before the new password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from okpay.identity.safety import questions as asked
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.pages.security.questions import answer_field

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

PASSED: Final = "okpay_questions_passed"
FIELD: Final = "answers"


class AnswersForm(forms.Form):
    """The three answers; one of them may stay empty."""

    def __init__(self, rows: list[asked.Asked], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            field = answer_field(row.text)
            field.required = False
            self.fields[f"answer{row.position}"] = field

    def answers(self) -> list[str]:
        """Return what was typed, in the order of the questions."""
        return [str(text) for text in self.cleaned_data.values()]


def _mark(person_id: UUID, key: str) -> str:
    """Bind a passed check to one person and one link: it opens no other."""
    return salted_hmac(PASSED, f"{person_id}:{key}", algorithm="sha256").hexdigest()


def questions_first(request: HttpRequest, person_id: UUID, key: str) -> HttpResponse | None:
    """Ask the person's questions, where there are some; None once they are answered.

    Args:
        request: to the page where a new password is chosen.
        person_id: to whom the link or the code belongs; it is proven already.
        key: the link's secret part.
    """
    mark = _mark(person_id, key)
    passed = str(request.session.get(PASSED, ""))
    if constant_time_compare(passed, mark) or not asked.has_questions(person_id):
        return None
    rows = asked.asked_of(person_id)
    answering = request.method == "POST" and FIELD in request.POST
    form = AnswersForm(rows, request.POST if answering else None)
    refusal = ""
    if answering and form.is_valid():
        try:
            asked.check(person_id=person_id, answers=form.answers(), now=clock.now())
        except DomainError as refused:
            refusal = refused.text()
        else:
            request.session[PASSED] = mark
            return redirect(request.path)
    context = {"form": form, "refusal": refusal, "again": reverse("account_reset_password")}
    return render(request, "web/security/recovery_questions.html", context)
