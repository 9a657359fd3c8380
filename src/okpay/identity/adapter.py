"""Our answers to what the sign-in library (django-allauth) leaves open."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from okpay.identity import guards, people, queries, sign_ins
from okpay.identity.factors import step_up
from okpay.identity.hashing import keyed_digest
from okpay.identity.models import Person
from okpay.identity.moments import moment
from okpay.identity.safety import history
from okpay.identity.safety.models import Result
from okpay.identity.sessions import CLIENT_KEY
from okpay.identity.stages import DEVICE_COOKIE
from okpay.kernel import clock
from okpay.kernel.actor import Actor

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

DEVICE_DAYS: Final = 400
STAGES: Final = [
    "allauth.account.stages.EmailVerificationStage",
    "okpay.identity.stages.PhoneStage",
    "okpay.identity.stages.SecondFactorStage",
]


def actor_of(person: Person) -> Actor:
    """Name the person who acts through the web."""
    return Actor(person_id=person.id, kind="person", via="web")


class AccountAdapter(DefaultAccountAdapter):
    """Constant addresses, exact counting of guesses, our own sessions, phones and mails."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy(
            "This sign-in and this password do not belong together."
        ),
        "phone_password_mismatch": gettext_lazy(
            "This sign-in and this password do not belong together."
        ),
        "username_password_mismatch": gettext_lazy(
            "This sign-in and this password do not belong together."
        ),
        "incorrect_password": gettext_lazy("That password is not right."),
        "invalid_password_reset": gettext_lazy("This link was used or is too old."),
    }

    # --- addresses never come from the request ---------------------------------------------------

    def _url(self, name: str, **kwargs: str) -> str:
        return settings.OKPAY_BASE_URL + reverse(name, kwargs=kwargs)

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC
    ) -> str:
        """Build the link of the mail from the configured address."""
        del request
        return self._url("account_confirm_email", key=emailconfirmation.key)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Build the link of the mail from the configured address."""
        uid, _dash, token = key.partition("-")
        return self._url("account_reset_password_from_key", uidb36=uid, key=token)

    def is_safe_url(self, url: str) -> bool:
        """Follow `next` only to a path of this site."""
        return (
            url.startswith("/") and not url.startswith(("//", "/\\")) and super().is_safe_url(url)
        )

    def is_ajax(self, request: HttpRequest) -> bool:
        """Answer every client with the same pages; there is no second, JSON-shaped way in."""
        del request
        return False

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        """Lead on after a mail link that was opened outside of a sign-up."""
        del email_address
        signed_in = self.request.user.is_authenticated
        return reverse("account_email" if signed_in else "account_login")

    def get_login_stages(self) -> list[str]:
        """First the e-mail, then the phone, then the second factor."""
        return STAGES

    # --- mails and messages ----------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write in the language of the person, else in that of the page."""
        person = context.get("user")
        context = {
            **context,
            "email": email,
            "base_url": settings.OKPAY_BASE_URL,
            "signup_url": self._url("account_signup"),
            "password_reset_url": context.get("password_reset_url")
            or self._url("account_reset_password"),
        }
        with override(getattr(person, "language", None) or get_language()):
            self.render_mail(template_prefix, email, context).send()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing extra: every page of ours says itself what happened."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Leave notices to the message centre, which hears of them by `identity.hooks`."""

    # --- guesses are counted in the database -----------------------------------------------------

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Check a sign-in on a budget that also exists for people who do not."""
        alias = str(credentials.get("email") or credentials.get("phone") or "")
        person = queries.find_person(alias)
        subject = self._subject(request, person, alias)
        found: list[Person] = []

        def check() -> bool:
            user = self._authenticate_once(request, credentials)
            found.extend([user] if user else [])
            return user is not None

        verdict = guards.count_sign_in(subject=subject, person=person, now=clock.now(), check=check)
        if not verdict.ok:
            failed = Result.WRONG_PASSWORD if verdict.checked else Result.LOCKED
            self.note_failed_sign_in(request, person, failed)
        if not verdict.checked and verdict.locked_until is not None:
            raise ValidationError(
                _("Too many wrong tries. Try again after %(until)s, or reset the password.")
                % {"until": moment(verdict.locked_until)},
                code="sign_in_locked",
            )
        return found[0] if found else None

    def note_failed_sign_in(
        self, request: HttpRequest, person: Person | None, result: Result
    ) -> None:
        """Enter a failed sign-in in the person's own history; who tried learns nothing of it."""
        agent, address = request.META.get("HTTP_USER_AGENT", ""), self.get_client_ip(request)
        now = clock.now()
        if person is None:
            history.pretend(stranger=uuid4(), user_agent=agent, address=address, now=now)
            return
        history.note(person_id=person.pk, result=result, user_agent=agent, address=address, now=now)

    def _subject(self, request: HttpRequest, person: Person | None, alias: str) -> str:
        """One budget a person; a browser they have used before has its own.

        So somebody who locks a sign-in from outside does not lock out its owner.
        """
        if person is None:
            return keyed_digest("sign_in", alias.strip().lower())
        device = request.COOKIES.get(DEVICE_COOKIE, "")
        known = queries.is_known_device(person.id, device)
        return f"{person.id}:{keyed_digest('device', device)}" if known else str(person.id)

    def _authenticate_once(
        self, request: HttpRequest, credentials: dict[str, Any]
    ) -> Person | None:
        found: Person | None = super().authenticate(request, **credentials)
        return found

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing in a cache; `authenticate` has counted already."""

    def reauthenticate(self, user: Person, password: str) -> bool:
        """Check the password again before a sensitive step, on a budget of its own."""
        verdict = guards.count_sign_in(
            subject=f"{user.id}:reauth",
            person=user,
            now=clock.now(),
            check=lambda: user.check_password(password),
        )
        return verdict.ok

    # --- passwords -------------------------------------------------------------------------------

    def clean_password(self, password: str, user: Person | None = None) -> str:
        """Hold the policy, and the last five for people who have had some."""
        if user is None:
            super().clean_password(password)
        else:
            sign_ins.refuse_unfit(person=user, password=password)
        return password

    def set_password(self, user: Person, password: str) -> None:
        """Store a changed one and end every other session."""
        sign_ins.set_password(
            actor=actor_of(user),
            password=password,
            keep_session=self.request.session.session_key or "",
            reset=False,
            now=clock.now(),
        )
        user.refresh_from_db(fields=["password"])

    # --- sessions and devices --------------------------------------------------------------------

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in under a new session key and remember the browser."""
        device = request.COOKIES.get(DEVICE_COOKIE) or secrets.token_urlsafe(32)
        super().login(request, user)
        agent = request.META.get("HTTP_USER_AGENT", "")[:200]
        address = self.get_client_ip(request)
        client = {"device": keyed_digest("device", device), "user_agent": agent, "address": address}
        request.session[CLIENT_KEY] = client
        request.okpay_device = device  # type: ignore[attr-defined]  # read by post_login below
        if getattr(request, "okpay_second", False):  # shown just now, on the page that asked for it
            step_up.mark(request.session, person_id=user.pk, second=True, now=clock.now())
        sign_ins.note_sign_in(
            actor=actor_of(user),
            device=device,
            user_agent=agent,
            address=address,
            now=clock.now(),
        )
        history.note(
            person_id=user.pk,
            result=Result.OK,
            user_agent=agent,
            address=address,
            now=clock.now(),
            device=hashlib.sha256(device.encode()).hexdigest(),
            client=client["device"],
        )

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """Give the browser its device cookie, by which it is recognised next time."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_cookie(
            DEVICE_COOKIE,
            request.okpay_device,  # type: ignore[attr-defined]  # set by login above
            max_age=DEVICE_DAYS * 24 * 60 * 60,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    # --- e-mail and phone ------------------------------------------------------------------------

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make a proven e-mail the person's own."""
        del request
        done = people.confirm_email(
            person_id=email_address.user_id, email=email_address.email, now=clock.now()
        )
        email_address.verified = done
        return done

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        """Return the phone and whether it is proven."""
        return (user.phone, user.phone_verified_at is not None) if user.phone else None

    def get_user_by_phone(self, phone: str) -> Person | None:
        """Find who has proven this phone."""
        return queries.find_person(phone)

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:  # noqa: FBT001 — theirs
        """Correct a phone that is not proven; our own step proves phones."""
        del verified
        people.claim_phone(person_id=user.id, phone=phone)

    def set_phone_verified(self, user: Person, phone: str) -> None:
        """Refuse: a phone is proven by a code of ours, never by the way."""
        raise NotImplementedError

    def send_verification_code_sms(
        self, user: Person, phone: str, code: str, **kwargs: Any
    ) -> None:
        """Refuse: our own codes are sent by `people.send_phone_code`."""
        raise NotImplementedError

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        """Read phones as people write them."""
        from okpay.identity.fields import PhoneField  # noqa: PLC0415 — forms need the apps

        return PhoneField(**kwargs)
