"""The end of a claim: a link that works once, by which the person chooses their own secrets."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from okpay.identity import payment_passwords, people, sign_ins, tries
from okpay.identity.caution import Cause, begin
from okpay.identity.freezing import renewal
from okpay.identity.hashing import hash_pin
from okpay.identity.hooks import SecurityEvent
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.ids import encode
from okpay.notices.operations import send_mail
from okpay.support.models import Regain, RegainPicture
from okpay.support.regain import queries
from okpay.support.regain.deciding import locked, tell
from okpay.support.regain.errors import RegainContactTakenError, RegainOverError
from okpay.support.regain.states import RegainState, move

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

log = logging.getLogger(__name__)
LINK_LIFE: Final = timedelta(hours=24)
UNDECIDED: Final = timedelta(days=14)
PICTURES_KEPT: Final = timedelta(days=30)  # after the end
A_RUN: Final = 200


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def go_on(*, now: datetime) -> int:
    """Send the links whose 24 hours are over, and end what is too old; returns how many links.

    Doing it again, or twice at once, sends nothing twice. One that fails is logged, stays as it is
    for the next run, and keeps no other waiting.
    """
    _end_old(now)
    due = Regain.objects.filter(
        state=RegainState.WAITING, opens_at__lte=now, person__is_active=True
    )
    found = due.order_by("opens_at").values_list("pk", flat=True)
    return sum(_attempt(one, now) for one in found[:A_RUN])


def _attempt(regain_id: UUID, now: datetime) -> bool:
    try:
        return _open(regain_id, now)
    except Exception:
        log.exception("the link of %s could not be sent", encode("rgn", regain_id))
        return False


def _open(regain_id: UUID, now: datetime) -> bool:
    with transaction.atomic(durable=True):
        regain = locked(regain_id)
        token = secrets.token_urlsafe(32)
        regain.link, regain.link_until = _digest(token), now + LINK_LIFE
        if not move(actor=SYSTEM, regain=regain, new=RegainState.OPEN, now=now):
            return False
        with override(regain.person.language):
            send_mail(
                to=queries.contact_of(regain),
                subject=_("Your way back into OKPay"),
                text=_(
                    "Two of our staff agreed that the account is yours. Choose a new sign-in"
                    " password and a new payment password here, once, within 24 hours:\n\n"
                    "%(link)s\n\nNobody from OKPay knows them or asks you for them."
                )
                % {"link": f"{settings.OKPAY_BASE_URL}/regain/link/{token}"},
                purpose="regain",
                now=now,
            )
    return True


def _end_old(now: datetime) -> None:
    late = Regain.objects.filter(state=RegainState.OPEN, link_until__lte=now)
    forgotten = Regain.objects.filter(state=RegainState.ASKED, asked_at__lte=now - UNDECIDED)
    for one in [*late[:A_RUN], *forgotten[:A_RUN]]:
        with transaction.atomic(durable=True):
            regain = locked(one.pk)
            if regain.state == one.state:
                move(actor=SYSTEM, regain=regain, new=RegainState.EXPIRED, now=now)


def forget_pictures(before: datetime) -> int:
    """Delete the pictures of claims that ended before a moment; returns how many."""
    return RegainPicture.objects.filter(regain__ended_at__lt=before).delete()[0]


def find(token: str, now: datetime) -> Regain:
    """Return the claim whose link this is.

    Raises:
        RegainOverError: used, stopped, too old, or none.
    """
    rows = Regain.objects.select_related("person").filter(
        state=RegainState.OPEN, link=_digest(token), link_until__gt=now, person__is_active=True
    )
    found = rows.first()
    if found is None:
        raise RegainOverError
    return found


def complete(*, token: str, password: str, pin: str, now: datetime) -> None:
    """Choose new secrets with the link, once; every other way in dies with that.

    Sessions, tokens, second factors, known browsers, mail word and questions go, the phone proves
    nothing until it is proven anew, the contact becomes the account's e-mail, and payments are
    watched for 24 hours. Nobody is signed
    in by it: the sign-in asks for the password and for a code to the new e-mail, and second
    factors are added there. A frozen account stays frozen. Call it outside a transaction.

    Raises:
        RegainOverError: see `find`. ValidationError: the sign-in password.
        WeakPaymentPasswordError: the six digits. RegainContactTakenError: the e-mail.
    """
    regain = find(token, now)
    person = regain.person
    sign_ins.refuse_unfit(person=person, password=password)
    payment_passwords.refuse_weak(person, pin)
    digest = hash_pin(person.pk, pin)
    actor = Actor(person_id=person.pk, kind="person", via="web")
    with transaction.atomic(durable=True):
        regain = locked(regain.pk)
        if regain.state != RegainState.OPEN or bytes(regain.link or b"") != _digest(token):
            raise RegainOverError
        move(actor=actor, regain=regain, new=RegainState.DONE, now=now)
        renewal.clear_all(actor=actor, person=person, source=str(regain), now=now)
        _take_contact(regain, now)
        people.forget_phone(person_id=person.pk, now=now)
        sign_ins.set_password(actor=actor, password=password, keep_session="", reset=True, now=now)
        event = SecurityEvent.PAYMENT_PASSWORD_CHANGED
        payment_passwords.store(actor, person, digest, event, now, regain=str(regain))
        begin(person_id=person.pk, cause=Cause.RECOVERED, now=now)
        tell(regain, "regain_done", {}, now, sms=False)  # the phone may be in other hands
    tries.forgive(tries.PAYMENT_PASSWORD, str(person.pk))


def _take_contact(regain: Regain, now: datetime) -> None:
    person, contact = regain.person, queries.contact_of(regain)
    if contact == person.email:
        return
    EmailAddress.objects.get_or_create(user=person, email=contact)
    if not people.confirm_email(person_id=person.pk, email=contact, now=now, though_frozen=True):
        raise RegainContactTakenError
