"""Changing the sign-in password and the e-mail."""

from __future__ import annotations

from allauth.account import views as library
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okpay.identity import operations
from okpay.identity.rules import Permission
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.actor import actor_of
from okpay.web.pages.account import proof
from okpay.web.pages.account.forms import ChangeEmailForm
from okpay.web.pages.account.who import person_of
from okpay.web.permissions import permission
from okpay.web.step_up import second_shown, stepped_up


class ChangePasswordView(library.PasswordChangeView):
    """Change the password; every other device is signed out."""

    def get_default_success_url(self) -> str:
        return "/security"

    def form_valid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        text = _("Your sign-in password was changed. Every other device is signed out.")
        messages.success(self.request, text)
        return answer


# Whoever has no second factor proves themselves on the page: it asks for the current password.
change_password = permission(Permission.SECURITY_WRITE)(second_shown(ChangePasswordView.as_view()))


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: HttpRequest) -> HttpResponse:
    """Name the new e-mail; it replaces the old one when the link sent to it is opened."""
    person = person_of(request)
    waiting = EmailAddress.objects.get_new(person)
    action = request.POST.get("action", "") if request.method == "POST" else ""
    form = ChangeEmailForm(request.POST if action == "change" else None, current=person.email)
    proof.add_to(form, request)
    if action == "resend" and waiting is not None:
        send_verification_email_to_address(request, waiting)
        messages.info(request, _("The mail is on its way. Look in the spam folder as well."))
        return redirect("account_email")
    if action == "cancel" and waiting is not None:
        operations.drop_email_change(actor=actor_of(request), now=clock.now())
        return redirect("account_email")
    refusal = ""
    try:
        if _asked(request, action, form):
            return redirect("account_email")
    except DomainError as refused:
        refusal = refused.text()
    context = {
        "form": form,
        "refusal": refusal,
        "waiting": waiting,
        "email": person.email,
        "tab": "me",
        **proof.context_of(request),
    }
    return render(request, "account/email_change.html", context)


def _asked(request: HttpRequest, action: str, form: ChangeEmailForm) -> bool:
    if action == "prove":
        proof.send(request)
        return True
    if action != "change" or not form.is_valid():
        return False
    _ask(request, form)
    proof.done(request)
    return True


def _ask(request: HttpRequest, form: ChangeEmailForm) -> None:
    email = form.cleaned_data["email"]
    begun = operations.begin_email_change(
        actor=actor_of(request), email=email, now=clock.now(), **proof.given(form)
    )
    if begun:
        send_verification_email_to_address(
            request, EmailAddress.objects.get_new(person_of(request))
        )
    else:
        get_adapter().send_account_already_exists_mail(email)
