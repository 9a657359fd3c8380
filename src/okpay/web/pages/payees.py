"""Saved payees: list, add, rename, delete, and take a deletion back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.payments import operations, queries
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.records.rows import letter_of
from okpay.web.pages.refusals import Refusal, refusal_of
from okpay.web.permissions import permission

UNDO: Final = "payee_undo"


class PayeeForm(forms.Form):
    """A payee to save."""

    payee = forms.CharField(
        label=_("E-mail or phone of the payee"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    nickname = forms.CharField(label=_("Nickname"), max_length=60, required=False)


class NicknameForm(forms.Form):
    """A new name for a payee; empty shows the masked name."""

    nickname = forms.CharField(max_length=60, required=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A saved payee in the list. `value` names them to the transfer."""

    id: str
    sheet: str
    value: str
    title: str
    parts: tuple[str, ...]
    letter: str
    nickname: str


@permission(Permission.PAYEES_WRITE)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """List the saved payees; `q` narrows the list."""
    return _page(request, PayeeForm())


@permission(Permission.PAYEES_WRITE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save somebody by e-mail or phone."""
    form = PayeeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        operations.save_payee(
            actor=actor_of(request),
            alias=form.cleaned_data["payee"],
            nickname=form.cleaned_data["nickname"],
            now=clock.now(),
        )
    except DomainError as error:
        return _page(request, form, status=error.status, refusal=refusal_of(error))
    messages.success(request, gettext("Saved. Paying them again takes two taps."))
    return redirect("payees")


@permission(Permission.PAYEES_WRITE)
@require_http_methods(["GET", "POST"])
def payee(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one payee, or give them another nickname."""
    row = _found(request, public_id)
    form = NicknameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.rename_payee(
            actor=actor_of(request),
            saved_id=_read(public_id),
            nickname=form.cleaned_data["nickname"],
        )
        messages.success(request, gettext("The nickname is saved."))
        return redirect("payees")
    return render(request, "web/payees/payee.html", {"row": row})


@permission(Permission.PAYEES_WRITE)
@require_POST
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Remove a payee from the list, and offer to take that back."""
    row = _found(request, public_id)
    gone = operations.delete_payee(actor=actor_of(request), saved_id=_read(public_id))
    request.session[UNDO] = {
        "payee": gone.alias or row.value,
        "nickname": gone.nickname,
        "title": row.title,
    }
    return redirect("payees")


@permission(Permission.PAYEES_WRITE)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Save the payee who was removed last once more."""
    kept = request.session.pop(UNDO, None)
    if kept:
        operations.save_payee(
            actor=actor_of(request),
            alias=kept["payee"],
            nickname=kept["nickname"],
            now=clock.now(),
        )
        messages.success(request, gettext("Saved again."))
    return redirect("payees")


def _page(
    request: HttpRequest, form: PayeeForm, *, status: int = 200, refusal: Refusal | None = None
) -> HttpResponse:
    search = request.GET.get("q", "").strip()[:60]
    lines = queries.saved_payees(person_of(request).id, search)
    context: dict[str, Any] = {
        "form": form,
        "rows": [row_of(line) for line in lines],
        "search": search,
        "undo": _undo_once(request),
        "refusal": refusal,
    }
    return render(request, "web/payees/list.html", context, status=status)


def _undo_once(request: HttpRequest) -> dict[str, str] | None:
    """Return the removal that may be taken back; it is offered on one page only."""
    kept: dict[str, str] | None = request.session.get(UNDO)
    if kept is None or request.method != "GET":
        return None
    if kept.get("offered"):
        del request.session[UNDO]
        return None
    request.session[UNDO] = {**kept, "offered": "1"}
    return kept


def row_of(line: queries.PayeeLine) -> Row:
    """Put a saved payee into a row."""
    title = line.nickname or line.name
    parts = [line.name if line.nickname else "", line.alias_masked]
    assert line.saved_id is not None  # noqa: S101 — the list holds saved payees only
    number = encode("pye", line.saved_id)
    return Row(
        id=number,
        sheet=f"edit-{number}",
        value=encode("cus", line.person_id),
        title=title,
        parts=tuple(part for part in parts if part),
        letter=letter_of(title),
        nickname=line.nickname,
    )


def _read(public_id: str) -> Any:  # noqa: ANN401 — a UUID
    try:
        return decode(public_id, "pye")
    except BadIdError as error:
        raise Http404 from error


def _found(request: HttpRequest, public_id: str) -> Row:
    wanted = _read(public_id)
    lines = queries.saved_payees(person_of(request).id)
    line = next((line for line in lines if line.saved_id == wanted), None)
    if line is None:
        raise Http404
    return row_of(line)
