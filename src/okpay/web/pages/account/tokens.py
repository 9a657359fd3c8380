"""Personal access tokens for programs."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okpay.identity import operations, queries
from okpay.identity.errors import (
    PaymentPasswordLockedError,
    PaymentPasswordRequiredError,
    PaymentPasswordWrongError,
    TokenNotFoundError,
)
from okpay.identity.rules import MONEY_SCOPES, Permission, Scope
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.actor import actor_of
from okpay.web.pages.account.forms import pin_field
from okpay.web.pages.account.who import person_of
from okpay.web.permissions import permission
from okpay.web.step_up import second_shown

SCOPES = {
    Scope.WALLET_READ: gettext_lazy("See balances and records"),
    Scope.PEOPLE_READ: gettext_lazy("Look up payees, masked"),
    Scope.TRANSFERS_READ: gettext_lazy("See transfers"),
    Scope.TRANSFERS_WRITE: gettext_lazy("Send money from your balance"),
    Scope.PAYOUTS_READ: gettext_lazy("See lists of payments"),
    Scope.PAYOUTS_WRITE: gettext_lazy("Pay many at once from your balance"),
    Scope.TOPUPS_READ: gettext_lazy("See top-ups"),
    Scope.TOPUPS_WRITE: gettext_lazy("Start top-ups"),
    Scope.PAYEES_READ: gettext_lazy("See saved payees"),
    Scope.PAYEES_WRITE: gettext_lazy("Save, rename and delete payees"),
    Scope.MESSAGES_READ: gettext_lazy("Read your messages"),
    Scope.MESSAGES_WRITE: gettext_lazy("Mark messages as read"),
}
PIN_ERRORS = (PaymentPasswordWrongError, PaymentPasswordLockedError, PaymentPasswordRequiredError)


def described(scopes: list[str]) -> list[tuple[str, str, bool]]:
    """Name each scope: its code, its words, whether it can move money."""
    known = [(scope, SCOPES.get(Scope(scope))) for scope in scopes if scope in set(Scope)]
    return [(str(scope), str(words), scope in MONEY_SCOPES) for scope, words in known]


class TokenForm(forms.Form):
    """What the token is for, what it may do, how long, and the payment password."""

    name = forms.CharField(
        label=gettext_lazy("What is it for"),
        max_length=60,
        help_text=gettext_lazy("For your own list, for example the name of the program."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"),
        choices=[(scope.value, words) for scope, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.WALLET_READ.value],
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for"),
        coerce=int,
        choices=[
            (7, gettext_lazy("7 days")),
            (30, gettext_lazy("30 days")),
            (90, gettext_lazy("90 days")),
            (366, gettext_lazy("1 year")),
        ],
        initial=30,
    )
    payment_password = pin_field(gettext_lazy("Payment password"))


@permission(Permission.SECURITY_READ)
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's live tokens."""
    found = queries.access_tokens(person_of(request).pk, clock.now())
    rows = [(token, described(token.scopes)) for token in found]
    return render(request, "web/account/tokens.html", {"rows": rows, "tab": "me"})


@permission(Permission.TOKENS_WRITE)
@never_cache
@second_shown
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret is on the answer's page and never again."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = operations.create_access_token(
                actor=actor_of(request),
                name=form.cleaned_data["name"],
                scopes=form.cleaned_data["scopes"],
                payment_password=form.cleaned_data["payment_password"],
                expires_in_days=form.cleaned_data["days"],
                now=clock.now(),
            )
        except DomainError as refused:
            form.add_error(
                "payment_password" if isinstance(refused, PIN_ERRORS) else None, refused.text()
            )
        else:
            context = {"token": token, "secret": secret, "scopes": described(token.scopes)}
            return render(request, "web/account/token_created.html", {**context, "tab": "me"})
    has_pin = queries.has_payment_password(person_of(request).pk)
    context = {"form": form, "has_pin": has_pin, "tab": "me"}
    return render(request, "web/account/token_new.html", context)


@permission(Permission.TOKENS_WRITE)
@require_POST
def revoke(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    try:
        operations.revoke_access_token(actor=actor_of(request), token_id=token_id, now=clock.now())
    except TokenNotFoundError as gone:
        raise Http404 from gone
    messages.success(request, _("The token no longer works."))
    return redirect("tokens")
