"""After the freeze: what is still to do, new credentials, payments that were not the owner's."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from okpay.identity.freezing import recovery as attempts
from okpay.identity.freezing import renewal
from okpay.identity.freezing.errors import RecoveryOverError, RecoveryProofError
from okpay.identity.freezing.models import Recovery
from okpay.identity.rules import mask_name
from okpay.kernel import clock
from okpay.kernel.errors import DomainError
from okpay.kernel.money import BY_NUMBER, Money
from okpay.support import rescue
from okpay.wallets.models import Record
from okpay.web.pages.rescue import browser
from okpay.web.pages.rescue.forms import PasswordForm, PinForm, StoryForm
from okpay.web.permissions import public

Page = Callable[[HttpRequest, Recovery], HttpResponse]
TEXT_LIMIT = 4000


def _guided(page: Page) -> Callable[[HttpRequest], HttpResponse]:
    """Give a page its attempt; one that is over or not proven leads to where that is mended."""

    @wraps(page)
    def view(request: HttpRequest) -> HttpResponse:
        try:
            return page(request, browser.attempt_of(request))
        except RecoveryProofError:
            return redirect("rescue_prove")
        except RecoveryOverError:
            return browser.restart(request)

    return view


@public
@never_cache
@require_safe
@_guided
def steps(request: HttpRequest, recovery: Recovery) -> HttpResponse:
    """The account is frozen: what comes next, and what is done."""
    if recovery.finished_at is not None:
        return redirect("rescue_done")
    if recovery.froze_at is None:
        raise RecoveryProofError
    proven = attempts.proven(recovery)
    context = {
        "recovery": recovery,
        "proven": proven,
        "steps": browser.steps(recovery),
        "todo": _todo(recovery) if proven.full else [],
    }
    return render(request, "web/rescue/steps.html", context)


def _todo(recovery: Recovery) -> list[dict[str, Any]]:
    return [
        {
            "url": "rescue_password",
            "icon": "lock",
            "title": _("New sign-in password"),
            "text": _("The thief may know the old one."),
            "done": recovery.password_at is not None,
        },
        {
            "url": "rescue_pin",
            "icon": "key-round",
            "title": _("New payment password"),
            "text": _("Six digits; they work once the account is open again."),
            "done": recovery.pin_at is not None,
        },
        {
            "url": "rescue_payments",
            "icon": "receipt-text",
            "title": _("Payments that were not yours"),
            "text": _("Mark them; we follow each of them up."),
            "done": recovery.marked_at is not None,
        },
    ]


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@_guided
def password(request: HttpRequest, recovery: Recovery) -> HttpResponse:
    """Choose a new sign-in password."""
    attempts.fully_proven(recovery.id, clock.now())
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            renewal.choose_password(
                recovery_id=recovery.id, password=form.cleaned_data["password1"], now=clock.now()
            )
        except ValidationError as refused:
            form.add_error("password1", refused)
        else:
            return redirect("rescue_steps")
    return render(request, "web/rescue/password.html", {"form": form})


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@_guided
def payment_password(request: HttpRequest, recovery: Recovery) -> HttpResponse:
    """Choose new six digits."""
    attempts.fully_proven(recovery.id, clock.now())
    form = PinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            renewal.choose_payment_password(
                recovery_id=recovery.id, pin=form.cleaned_data["new_pin"], now=clock.now()
            )
        except (RecoveryOverError, RecoveryProofError):
            raise
        except DomainError as refused:
            form.add_error("new_pin", refused.text())
        else:
            return redirect("rescue_steps")
    return render(request, "web/rescue/pin.html", {"form": form})


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_guided
def payments(request: HttpRequest, recovery: Recovery) -> HttpResponse:
    """Mark the payments that were not the owner's."""
    _attempt, person = attempts.fully_proven(recovery.id, clock.now())
    if request.method == "POST":
        ids = [one for one in map(_uuid, request.POST.getlist("record")) if one is not None]
        rescue.mark_unknown(recovery_id=recovery.id, record_ids=ids, now=clock.now())
        return redirect("rescue_steps")
    rows = [_row(record, recovery) for record in rescue.recent_payments(person.id, clock.now())]
    return render(request, "web/rescue/payments.html", {"rows": rows})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _row(record: Record, recovery: Recovery) -> dict[str, Any]:
    return {
        "id": record.id,
        "title": rescue.payee_shown(record, mask_name),
        "money": Money(BY_NUMBER[record.asset], int(record.amount)),
        "at": record.created_at,
        "marked": str(record.id) in recovery.unknown_records,
    }


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_guided
def finish(request: HttpRequest, recovery: Recovery) -> HttpResponse:
    """Say what happened and hand it over."""
    if recovery.finished_at is not None:
        return redirect("rescue_done")
    attempts.fully_proven(recovery.id, clock.now())
    form = StoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rescue.finish(recovery_id=recovery.id, text=form.cleaned_data["text"], now=clock.now())
        except (RecoveryOverError, RecoveryProofError):
            raise
        except DomainError as refused:
            form.add_error("text", refused.text())
        else:
            return redirect("rescue_done")
    context = {"form": form, "marked": len(recovery.unknown_records), "recovery": recovery}
    return render(request, "web/rescue/finish.html", context)


@public
@never_cache
@require_safe
@_guided
def done(request: HttpRequest, recovery: Recovery) -> HttpResponse:
    """It is handed over: two people decide."""
    if recovery.finished_at is None:
        return redirect("rescue_steps")
    open_again = recovery.person is not None and recovery.person.frozen_at is None
    context = {
        "ticket": rescue.ticket_number(recovery),
        "marked": len(recovery.unknown_records),
        "finished_at": recovery.finished_at,
        "open_again": open_again,
        "timeline": _timeline(recovery, open_again=open_again),
    }
    return render(request, "web/rescue/done.html", context)


def _timeline(recovery: Recovery, *, open_again: bool) -> list[dict[str, Any]]:
    """What was done, and what two people still do."""
    steps = [
        {"title": _("Account frozen"), "at": recovery.froze_at, "style": "row"},
        {"title": _("Handed over with a ticket"), "at": recovery.finished_at, "style": "row"},
    ]
    if open_again:
        return [*steps, {"title": _("Checked by two people, open again")}]
    return [
        *steps,
        {
            "title": _("Two people check it"),
            "state": "now",
            "note": _("Usually within one working day. We write to your e-mail and your phone."),
        },
    ]
