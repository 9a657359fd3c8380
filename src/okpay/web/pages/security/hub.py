"""安全中心: the score, every way in, every device, and the way out when something is wrong."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from okpay.identity import queries
from okpay.identity.factors.queries import enrolled
from okpay.identity.rules import Permission
from okpay.identity.safety import history, questions, reminders, word
from okpay.kernel import clock
from okpay.web.actor import actor_of, person_of
from okpay.web.pages.refusals import page_named
from okpay.web.pages.security import facts, score_words
from okpay.web.pages.security.places import place_words
from okpay.web.permissions import permission

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.identity.models import Person

WEEK: Final = timedelta(days=7)
SHOWN: Final = 3
# Pages that others build; a row appears with its page.
PAGES: Final = {
    "freeze": "security_freeze",
    "factors": "factors",
    "limits": "limits",
    "real_name": "kyc",
}


@permission(Permission.SECURITY_READ)
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show what protects the account, what to do next, and where it is signed in."""
    person, now = person_of(request), clock.now()
    sessions = queries.devices_of(person.pk, current_key=request.session.session_key or "")
    context = {
        "person": person,
        "score": score_words.shown(facts.score_of(person, now)),
        "sessions": [(one, place_words(one.address)) for one in sessions[:SHOWN]],
        "session_count": len(sessions),
        "token_count": len(queries.access_tokens(person.pk, now)),
        "pages": {name: page_named(page) for name, page in PAGES.items()},
        "tab": "me",
        **_ways(person, now),
    }
    return render(request, "web/security/hub.html", context)


def _ways(person: Person, now: datetime) -> dict[str, Any]:
    """Return what the rows of the page say."""
    age = reminders.password_age(person.pk, now)
    return {
        "masked_email": queries.mask_email(person.email),
        "masked_phone": queries.mask_phone(person.phone),
        "password_days": age.days if age is not None else None,
        "password_due": reminders.password_is_due(person.pk, now),
        "pin_changed_at": queries.payment_password_changed_at(person.pk),
        "factors": enrolled(person.pk),
        "has_word": word.has_word(person.pk),
        "has_questions": questions.has_questions(person.pk),
        "failures": history.failures_since(person.pk, now - WEEK),
        "tip": reminders.tip_is_new(person.pk),
    }


@permission(Permission.SECURITY_WRITE)
@require_POST
def put_password_off(request: HttpRequest) -> HttpResponse:
    """Do not remind of the password's age for 30 days."""
    reminders.put_password_off(actor=actor_of(request), now=clock.now())
    return redirect("home" if request.POST.get("back") == "home" else "security")


@permission(Permission.SECURITY_WRITE)
@require_POST
def put_tip_away(request: HttpRequest) -> HttpResponse:
    """Put the tip about public networks away for good."""
    reminders.put_tip_away(actor=actor_of(request), now=clock.now())
    return redirect("security")
