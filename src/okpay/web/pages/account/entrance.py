"""Signing in, registering, and the mail link."""

from __future__ import annotations

import time
from typing import Any, Final

from allauth.account import views as library
from allauth.account.internal.flows.email_verification import (
    send_verification_email_to_address,
    verify_email_and_resume,
)
from allauth.account.models import EmailAddress, EmailConfirmationHMAC, Login
from allauth.account.stages import EmailVerificationStage, LoginStage, LoginStageController
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okpay.identity import operations
from okpay.identity.errors import PasswordWrongError, SignInLockedError
from okpay.identity.models import Person
from okpay.kernel import clock
from okpay.kernel.actor import Actor
from okpay.web.pages.account.forms import LinkPasswordForm
from okpay.web.pages.security.recovery import questions_first
from okpay.web.permissions import public

COOL_DOWN: Final = 60
SENT_AT: Final = "okpay_mail_sent_at"
EMAIL_STEP: Final = str(EmailVerificationStage.key)

sign_in = public(library.LoginView.as_view())
sign_up = public(library.SignupView.as_view())
sign_out = public(library.LogoutView.as_view())
inactive = public(library.AccountInactiveView.as_view())


def steps_at(now: str) -> list[dict[str, str]]:
    """Show where a registration stands."""
    titles = {"data": _("Your data"), "mail": _("E-mail"), "phone": _("Mobile number")}
    names = list(titles)
    at = names.index(now)
    states = ["done" if i < at else "now" if i == at else "" for i in range(len(names))]
    return [
        {"title": titles[name], "state": state} for name, state in zip(names, states, strict=True)
    ]


def _pending(request: HttpRequest, step: str) -> LoginStage | None:
    return LoginStageController.enter(request, step)


def _email_of(login: Login) -> str:
    return login.email or getattr(login.user, "email", "")


def _seconds_left(request: HttpRequest) -> int:
    sent = request.session.get(SENT_AT, 0)
    return max(0, round(COOL_DOWN - (time.time() - sent)))


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail_sent(request: HttpRequest) -> HttpResponse:
    """Wait for the mail link: resend it, or go on once it was opened anywhere."""
    stage = _pending(request, EMAIL_STEP)
    if stage is None:
        return redirect("account_login")
    if SENT_AT not in request.session:
        request.session[SENT_AT] = time.time()
    if request.method == "POST":
        answer = _on_waiting(request, stage)
        if answer is not None:
            return answer
    context = {
        "email": _email_of(stage.login),
        "wait": _seconds_left(request),
        "steps": steps_at("mail"),
        "not_yet": request.method == "POST" and request.POST.get("action") == "continue",
    }
    return render(request, "account/verification_sent.html", context)


def _on_waiting(request: HttpRequest, stage: LoginStage) -> HttpResponse | None:
    person = stage.login.user
    if request.POST.get("action") == "continue":
        proven = person is not None and Person.objects.filter(
            pk=person.pk, email_verified_at__isnull=False
        )
        if not proven or not proven.exists():
            return None
        del request.session[SENT_AT]
        answer: HttpResponse = stage.exit()
        return answer
    if not _seconds_left(request):
        request.session[SENT_AT] = time.time()
        _resend(request, stage.login)
    return redirect("account_email_verification_sent")


def _resend(request: HttpRequest, login: Login) -> None:
    if login.user is None:  # somebody else's e-mail: its owner was told once, that is enough
        return
    address = EmailAddress.objects.filter(user=login.user, verified=False).first()
    if address is not None:
        send_verification_email_to_address(request, address, signup=login.signup)


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest, key: str) -> HttpResponse:
    """Open a mail link. Outside the browser that asked for it, the password is asked as well.

    So a link of somebody else's registration, opened by the owner of the mailbox, gives nobody an
    account under that mailbox.
    """
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None or not confirmation.email_address.user.is_active:
        return render(request, "web/account/link_dead.html", {"kind": "mail"}, status=410)
    owner = confirmation.email_address.user
    form = None if _is_theirs(request, owner) else LinkPasswordForm(request.POST or None)
    if request.method == "POST" and (form is None or _proven(owner, form)):
        return _confirmed(request, confirmation)
    context = {"email": confirmation.email_address.email, "form": form, "key": key}
    return render(request, "account/email_confirm.html", context)


def _is_theirs(request: HttpRequest, owner: Person) -> bool:
    if request.user.is_authenticated:
        return request.user.pk == owner.pk
    stage = _pending(request, EMAIL_STEP)
    return stage is not None and stage.login.user is not None and stage.login.user.pk == owner.pk


def _proven(owner: Person, form: LinkPasswordForm) -> bool:
    if not form.is_valid():
        return False
    try:
        password = form.cleaned_data["password"]
        operations.prove_password(person=owner, password=password, now=clock.now())
    except (PasswordWrongError, SignInLockedError) as refused:
        form.add_error("password", refused.text())
        return False
    return True


def _confirmed(request: HttpRequest, confirmation: EmailConfirmationHMAC) -> HttpResponse:
    address, response = verify_email_and_resume(request, confirmation)
    if response is not None:
        request.session.pop(SENT_AT, None)
        answer: HttpResponse = response
        return answer
    if address is None:
        return render(request, "web/account/link_dead.html", {"kind": "taken"}, status=410)
    if request.user.is_authenticated and request.user.pk == address.user_id:
        return redirect("account_email")
    return render(request, "web/account/email_confirmed.html", {"email": address.email})


@method_decorator(login_not_required, name="dispatch")
class NewPasswordView(library.PasswordResetFromKeyView):
    """Choose a new password with a link or a code; a dead link says so with status 410."""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if context.get("token_fail"):
            return render(self.request, "web/account/link_dead.html", {"kind": "reset"}, status=410)
        answer: HttpResponse = super().render_to_response(context, **kwargs)
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask the person's security questions first, where they have chosen some."""
        asked = questions_first(request, self.reset_user.pk, self.key)
        answer: HttpResponse = asked or super().get(request, *args, **kwargs)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a new password only once the questions are answered."""
        asked = questions_first(request, self.reset_user.pk, self.key)
        answer: HttpResponse = asked or super().post(request, *args, **kwargs)
        return answer

    def form_valid(self, form: Form) -> HttpResponse:
        """Store it; nobody is signed in afterwards, not even in this browser."""
        operations.set_password(
            actor=Actor(person_id=self.reset_user.pk, kind="person", via="web"),
            password=form.cleaned_data["password1"],
            keep_session="",
            reset=True,
            now=clock.now(),
        )
        self.request.session.flush()
        return redirect("account_reset_password_from_key_done")


new_password = public(NewPasswordView.as_view())
new_password_done = public(library.PasswordResetFromKeyDoneView.as_view())
