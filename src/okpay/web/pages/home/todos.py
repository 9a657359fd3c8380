"""What waits for the person, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from okpay.identity.models import Person
from okpay.identity.queries import has_payment_password
from okpay.identity.safety.reminders import password_is_due
from okpay.kernel.actor import Actor
from okpay.kernel.ids import encode
from okpay.kernel.money import Money
from okpay.kyc.queries import case_of
from okpay.kyc.states import ASKED, CaseState
from okpay.payments import queries
from okpay.web import typeset
from okpay.web.pages.refusals import page_named


@dataclass(frozen=True, slots=True)
class Todo:
    """A row of the card; `urgent` tints its icon, `money` replaces the arrow."""

    title: str
    text: str
    url: str
    icon: str
    urgent: bool = False
    money: Money | None = None


def todos(actor: Actor, person: Person, now: datetime, *, quiet: bool) -> list[Todo]:
    """List what waits; `quiet` leaves out what the first steps already say."""
    found = [] if quiet else _of_security(person)
    calm = _of_password(person, now) + _of_real_name(person)
    return found + calm + _of_money(actor, now)


def _of_security(person: Person) -> list[Todo]:
    phone, password = page_named("account_change_phone"), page_named("payment_password")
    found = []
    if phone and person.phone_verified_at is None:
        text = _("People can then pay you by your number")
        found.append(Todo(_("Verify your phone"), text, phone, "smartphone", urgent=True))
    if password and not has_payment_password(person.id):
        text = _("Six digits that confirm every payment")
        found.append(Todo(_("Set a payment password"), text, password, "lock", urgent=True))
    return found


def _of_password(person: Person, now: datetime) -> list[Todo]:
    """Remind of an old password: never urgent, and put off on the page it leads to."""
    if not password_is_due(person.id, now):
        return []
    text = _("Older than half a year. Choose a new one, or put it off.")
    return [Todo(_("Your sign-in password is old"), text, reverse("security"), "lock")]


def _of_real_name(person: Person) -> list[Todo]:
    """Say what the real-name check waits for; nothing while it waits for staff."""
    if person.level > 0:
        return []
    case = case_of(person.id)
    state = CaseState(case.state) if case else None
    if state in ASKED:
        title, text = _("Correct your real-name check"), _("Only what is marked is needed again")
    elif state is CaseState.DRAFT:
        title = _("Your real-name check waits for you")
        text = _("Go on where you stopped last time")
    elif state in {None, CaseState.EXPIRED}:
        title, text = _("Check your real name"), _("Higher limits; about three minutes")
    else:
        return []
    return [Todo(title, text, reverse("kyc"), "id-card", urgent=state in ASKED)]


def _of_money(actor: Actor, now: datetime) -> list[Todo]:
    person = actor.require_person()
    requests = queries.money_requests(person, open_only=True)
    asked = [_asked(line, now) for line in requests if line.direction == "in"]
    return asked + [_waiting(line, now) for line in queries.pending_transfers(person)]


def _asked(request: queries.RequestLine, now: datetime) -> Todo:
    parts = {"day": typeset.date(request.expires_at, now), "memo": request.memo}
    text = _("%(memo)s · open until %(day)s") if request.memo else _("Open until %(day)s")
    return Todo(
        title=_("%(name)s asks you for money") % {"name": request.other_masked},
        text=text % parts,
        url=reverse("request_detail", args=[encode("req", request.id)]),
        icon="hand-coins",
        urgent=True,
        money=request.money,
    )


def _waiting(pending: queries.PendingLine, now: datetime) -> Todo:
    parts = {
        "amount": typeset.figure(pending.money).plain(),
        "day": typeset.date(pending.deadline, now),
        "name": pending.payee_masked if pending.mine else pending.payer_masked,
    }
    if pending.mine:
        title = _("Transfer to %(name)s is waiting") % parts
        text = _("%(amount)s · comes back after %(day)s") % parts
    else:
        title = _("Money from %(name)s is waiting") % parts
        text = _("%(amount)s · goes back after %(day)s") % parts
    page = "record_detail" if pending.mine else "claim"
    return Todo(title, text, reverse(page, args=[encode("trf", pending.record_id)]), "clock")
