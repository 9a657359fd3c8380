"""The list of second factors; each is renamed and removed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from okpay.identity.factors import operations, queries
from okpay.identity.factors.errors import FactorNotFoundError
from okpay.identity.factors.models import NAME_LENGTH
from okpay.identity.factors.queries import LOW, Shown, Way
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.actor import actor_of
from okpay.web.pages.account.who import person_of
from okpay.web.pages.factors.asking import ICONS, WORDS
from okpay.web.permissions import permission
from okpay.web.step_up import stepped_up

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


@dataclass(frozen=True, slots=True)
class Row:
    """A second factor as the page shows it."""

    factor: Shown
    word: _StrOrPromise
    icon: str

    @property
    def named(self) -> bool:
        """Whether its owner gave it a name."""
        return self.factor.way in {Way.PASSKEY, Way.APP}


class NameForm(forms.Form):
    """The name of a passkey or an app, for its owner's list."""

    name = forms.CharField(label=pgettext_lazy("second factor", "Name"), max_length=NAME_LENGTH)


def row_of(factor: Shown) -> Row:
    """Put words and an icon to a second factor."""
    return Row(factor, WORDS[factor.way], ICONS[factor.way])


@permission(Permission.SECURITY_READ)
@never_cache
@require_safe
def factors(request: HttpRequest) -> HttpResponse:
    """Every second factor in force, and what can be added."""
    person = person_of(request)
    rows = [row_of(one) for one in queries.enrolled(person.pk)]
    have = {row.factor.way for row in rows}
    left = queries.recovery_left(person.pk)
    context = {
        "rows": rows,
        "has_sms": Way.SMS in have,
        "has_email": Way.EMAIL in have,
        "has_strong": bool(have & {Way.PASSKEY, Way.APP}),
        "left": left,
        "low": left <= LOW,
        "made_at": queries.recovery_made_at(person.pk),
        "tab": "me",
    }
    return render(request, "web/factors/list.html", context)


def _mine(request: HttpRequest, factor_id: UUID) -> Row:
    found = queries.enrolled(person_of(request).pk)
    one = next((one for one in found if one.id == factor_id), None)
    if one is None:
        raise Http404
    return row_of(one)


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: HttpRequest, factor_id: UUID) -> HttpResponse:
    """Give it another name."""
    row = _mine(request, factor_id)
    form = NameForm(request.POST or None, initial={"name": row.factor.name})
    if request.method == "POST" and form.is_valid():
        try:
            operations.rename_factor(
                actor=actor_of(request),
                factor_id=factor_id,
                name=form.cleaned_data["name"],
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.text())
        else:
            messages.success(request, _("It has a new name."))
            return redirect("factors")
    return render(request, "web/factors/rename.html", {"row": row, "form": form, "tab": "me"})


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, factor_id: UUID) -> HttpResponse:
    """Take it out of force; the last one only when that is said in so many words."""
    row = _mine(request, factor_id)
    alone = len(queries.enrolled(person_of(request).pk)) == 1
    refusal = ""
    if request.method == "POST":
        try:
            operations.remove_factor(
                actor=actor_of(request),
                factor_id=factor_id,
                last=request.POST.get("last") == "on",
                now=clock.now(),
            )
        except FactorNotFoundError as gone:
            raise Http404 from gone
        except DomainError as refused:
            refusal = refused.text()
        else:
            messages.success(request, _("It is no longer a second factor of yours."))
            return redirect("factors")
    context = {"row": row, "alone": alone, "refusal": refusal, "tab": "me"}
    return render(request, "web/factors/remove.html", context)
