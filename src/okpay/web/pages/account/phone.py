"""Proving a phone: while registering, and when it is changed."""

from __future__ import annotations

from typing import Final

from allauth.account.stages import LoginStage, LoginStageController
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from okpay.identity import operations, phones
from okpay.identity.codes import Purpose
from okpay.identity.rules import Permission
from okpay.identity.stages import PhoneStage
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.web.pages.account import proof
from okpay.web.pages.account.entrance import steps_at
from okpay.web.pages.account.forms import ChangePhoneForm, CodeForm
from okpay.web.pages.account.who import address_of, person_of, waiting
from okpay.web.permissions import permission, public
from okpay.web.step_up import stepped_up

NEW_PHONE: Final = "okpay_new_phone"


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_phone(request: HttpRequest) -> HttpResponse:
    """The last step of a registration: type the code, ask for another, or correct the number."""
    stage = LoginStageController.enter(request, PhoneStage.key)
    if stage is None or stage.login.user is None:
        return redirect("account_login")
    person = stage.login.user
    action = request.POST.get("action", "") if request.method == "POST" else ""
    form = CodeForm(request.POST if action == "verify" else None)
    change = ChangePhoneForm(
        request.POST if action == "change" else None, initial={"region": person.region}
    )
    refusal = ""
    try:
        answer = _on_code(request, stage, form, change)
        if answer is not None:
            return answer
    except DomainError as refused:
        refusal = refused.text()
    person.refresh_from_db(fields=["phone"])
    context = {
        "form": form,
        "change": change,
        "changing": action == "change",
        "refusal": refusal,
        "phone": phones.shown_phone(person.phone),
        "wait": waiting(Purpose.PHONE, person.pk, person.phone),
        "steps": steps_at("phone"),
    }
    return render(request, "account/confirm_phone_verification_code.html", context)


def _on_code(
    request: HttpRequest, stage: LoginStage, form: CodeForm, change: ChangePhoneForm
) -> HttpResponse | None:
    person, now = stage.login.user, clock.now()
    action = request.POST.get("action", "")
    if action == "verify" and form.is_valid():
        operations.confirm_phone(
            person_id=person.pk,
            phone=person.phone,
            purpose=Purpose.PHONE,
            code=form.cleaned_data["code"],
            now=now,
        )
        answer: HttpResponse = stage.exit()
        return answer
    if action == "change" and change.is_valid():
        operations.claim_phone(person_id=person.pk, phone=change.cleaned_data["phone"])
        person.refresh_from_db(fields=["phone"])
    if action == "resend" or (action == "change" and change.is_valid()):
        operations.send_phone_code(
            person_id=person.pk,
            phone=person.phone,
            purpose=Purpose.PHONE,
            address=address_of(request),
            now=now,
        )
        return redirect("account_verify_phone")
    return None


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@require_http_methods(["GET", "HEAD", "POST"])
def change_phone(request: HttpRequest) -> HttpResponse:
    """Name the new number; a code goes there."""
    person = person_of(request)
    form = ChangePhoneForm(
        request.POST or None, current=person.phone, initial={"region": person.region}
    )
    refusal = ""
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            operations.send_phone_code(
                person_id=person.pk,
                phone=phone,
                purpose=Purpose.PHONE_CHANGE,
                address=address_of(request),
                now=clock.now(),
            )
        except DomainError as refused:
            refusal = refused.text()
        else:
            request.session[NEW_PHONE] = phone
            return redirect("account_change_phone_code")
    context = {
        "form": form,
        "refusal": refusal,
        "phone": phones.shown_phone(person.phone),
        "tab": "me",
    }
    return render(request, "account/phone_change.html", context)


@permission(Permission.SECURITY_WRITE)
@never_cache
@stepped_up
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_phone_code(request: HttpRequest) -> HttpResponse:
    """Type the code that was sent to the new number, and prove to be the holder."""
    phone = request.session.get(NEW_PHONE, "")
    if not phone:
        return redirect("account_change_phone")
    action = request.POST.get("action", "") if request.method == "POST" else ""
    form = CodeForm(request.POST if action == "verify" else None)
    proof.add_to(form, request)
    refusal = ""
    try:
        if _changed(request, phone, action, form):
            return redirect("security" if action == "verify" else "account_change_phone_code")
    except DomainError as refused:
        refusal = refused.text()
    context = {
        "form": form,
        "refusal": refusal,
        "phone": phones.shown_phone(phone),
        "wait": waiting(Purpose.PHONE_CHANGE, person_of(request).pk, phone),
        "tab": "me",
        **proof.context_of(request),
    }
    return render(request, "web/account/phone_change_code.html", context)


def _changed(request: HttpRequest, phone: str, action: str, form: CodeForm) -> bool:
    person_id, now = person_of(request).pk, clock.now()
    if action == "resend":
        operations.send_phone_code(
            person_id=person_id,
            phone=phone,
            purpose=Purpose.PHONE_CHANGE,
            address=address_of(request),
            now=now,
        )
        return True
    if action == "prove":
        proof.send(request)
        return True
    if action != "verify" or not form.is_valid():
        return False
    operations.confirm_phone(
        person_id=person_id,
        phone=phone,
        purpose=Purpose.PHONE_CHANGE,
        code=form.cleaned_data["code"],
        now=now,
        **proof.given(form),
    )
    del request.session[NEW_PHONE]
    proof.done(request)
    messages.success(request, _("Your number was changed. We told the old one as well."))
    return True
