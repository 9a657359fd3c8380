"""The person's own page and their name."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from okpay.identity import operations, people, queries
from okpay.identity.errors import AccountFrozenError, NameCheckedError
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.ids import encode
from okpay.web.actor import actor_of
from okpay.web.pages.account.forms import cleaned_name
from okpay.web.pages.account.who import person_of
from okpay.web.pages.refusals import page_named
from okpay.web.permissions import permission


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that makes the account safer or more useful, not yet done."""

    icon: str
    title: str
    text: str
    url: str


class NameForm(forms.Form):
    """The name that payees see, masked."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=people.NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_name(self) -> str:
        name = cleaned_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter your name."), code="required")
        return name


def todos_of(person_id: UUID) -> list[Todo]:
    """List what is to be done next; only what exists is offered."""
    if queries.has_payment_password(person_id):
        return []
    return [
        Todo(
            "lock-keyhole",
            _("Set a payment password"),
            _("Six digits that confirm every payment. Without it nothing can leave your account."),
            page_named("payment_password"),
        )
    ]


@permission(Permission.PROFILE_READ)
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The person's own page."""
    person = person_of(request)
    context = {
        "person": person,
        "initial": person.name[:1],
        "customer_id": encode("cus", person.pk),
        "masked_name": queries.mask_name(person.name),
        "masked_phone": queries.mask_phone(person.phone),
        "masked_email": queries.mask_email(person.email),
        "links": {
            name: page_named(name) for name in ("payees", "messages", "guide", "errors_catalogue")
        },
        "todos": todos_of(person.pk),
        "tab": "me",
    }
    return render(request, "web/account/me.html", context)


@permission(Permission.PROFILE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Change the name that payees see."""
    form = NameForm(request.POST or None, initial={"name": person_of(request).name})
    if request.method == "POST" and form.is_valid():
        try:
            operations.rename(
                actor=actor_of(request), name=form.cleaned_data["name"], now=clock.now()
            )
        except (AccountFrozenError, NameCheckedError) as refused:
            form.add_error(None, refused.text())
        else:
            messages.success(request, _("Your name was changed."))
            return redirect("me")
    return render(request, "web/account/name.html", {"form": form, "tab": "me"})
