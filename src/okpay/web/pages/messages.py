"""The message centre: what a person was told, and what they wish to hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django import forms
from django.contrib import messages as flashes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.notices import operations, queries
from okpay.notices.errors import MessageNotFoundError
from okpay.notices.schemas import Category, Choices, Rendered
from okpay.web.actor import actor_of
from okpay.web.permissions import permission

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

NAMES: dict[str, _StrOrPromise] = {
    Category.TRANSACTIONS: pgettext_lazy("message category", "Money"),
    Category.SECURITY: gettext_lazy("Security"),
    Category.SERVICE: gettext_lazy("Service"),
    Category.PROMOTIONS: gettext_lazy("Offers"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One category above the list, with its unread messages."""

    label: str
    url: str
    current: bool
    unread: int


@dataclass(frozen=True, slots=True)
class Line:
    """One message in the list."""

    url: str
    message: Rendered


class ChoicesForm(forms.Form):
    """What a person wishes to hear of, and by which way."""

    transactions_mail = forms.BooleanField(required=False, label=gettext_lazy("Also by e-mail"))
    service_app = forms.BooleanField(required=False, label=gettext_lazy("In the app"))
    service_mail = forms.BooleanField(required=False, label=gettext_lazy("Also by e-mail"))
    promotions_app = forms.BooleanField(required=False, label=gettext_lazy("In the app"))
    promotions_mail = forms.BooleanField(required=False, label=gettext_lazy("Also by e-mail"))


@permission(Permission.MESSAGES_READ)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """List what the person was told, newest first."""
    wanted = request.GET.get("category", "")
    category = wanted if wanted in NAMES else ""
    before = request.GET.get("before", "")[:60]
    page = queries.messages(actor_of(request).require_person(), category=category, before=before)
    context = {
        "lines": [Line(_address(one), one) for one in page.messages],
        "tabs": _tabs(category, page.unread),
        "category": category,
        "unread_here": page.unread.get(category, 0) if category else sum(page.unread.values()),
        "more_url": _more(category, page.next_before),
    }
    template = "rows" if getattr(request, "htmx", False) and before else "inbox"
    return render(request, f"web/messages/{template}.html", context)


def _address(message: Rendered) -> str:
    return reverse("message", args=[encode("msg", message.id)])


def _more(category: str, before: str) -> str:
    wanted = {"category": category, "before": before}
    found = urlencode({name: value for name, value in wanted.items() if value})
    return f"{reverse('messages')}?{found}" if before else ""


def _tabs(category: str, unread: dict[str, int]) -> list[Tab]:
    address = reverse("messages")
    every = Tab(_("All"), address, not category, sum(unread.values()))
    return [every] + [
        Tab(str(name), f"{address}?category={key}", key == category, unread.get(key, 0))
        for key, name in NAMES.items()
    ]


@permission(Permission.MESSAGES_READ)
@require_GET
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open one message: it counts as read, and leads to what it is about."""
    try:
        found = operations.mark_read(
            actor=actor_of(request), message_id=decode(public_id, "msg"), now=clock.now()
        )
    except (BadIdError, MessageNotFoundError) as error:
        raise Http404 from error
    shown = queries.render(found)
    context = {"message": shown, "category": NAMES[shown.category]}
    return render(request, "web/messages/message.html", context)


@permission(Permission.MESSAGES_READ)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything (of one category) as read."""
    wanted = request.POST.get("category", "")
    category = wanted if wanted in NAMES else ""
    operations.mark_all_read(actor=actor_of(request), category=category, now=clock.now())
    address = reverse("messages")
    return redirect(f"{address}?category={category}" if category else address)


@permission(Permission.MESSAGES_READ)
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and store what the person wishes to hear of."""
    actor = actor_of(request)
    if request.method == "POST":
        form = ChoicesForm(request.POST)
        form.full_clean()
        operations.choose(actor=actor, choices=Choices(**form.cleaned_data))
        flashes.success(request, _("Your choices are saved."))
        return redirect("message_preferences")
    chosen = queries.choices(actor.require_person())
    initial = {name: getattr(chosen, name) for name in Choices.__slots__}
    return render(request, "web/messages/preferences.html", {"form": ChoicesForm(initial=initial)})
