"""The steps of a sign-in after the password: the phone is proven, then a second factor."""

from __future__ import annotations

import contextlib
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.account.internal.constants import LoginStageKey
from allauth.account.stages import LoginStage
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from okpay.identity.codes import Purpose
from okpay.identity.errors import CodeCoolingError, CodeLockedError, TooManyCodesError
from okpay.identity.factors.queries import has_second
from okpay.identity.people import send_phone_code
from okpay.identity.queries import is_known_device
from okpay.kernel import clock

DEVICE_COOKIE: Final = "__Host-okpay_device" if settings.SESSION_COOKIE_SECURE else "okpay_device"
BY_PASSKEY: Final = "okpay_passkey"  # in a sign-in's state: it began with a passkey


class PhoneStage(LoginStage):
    """Nobody is signed in before their phone is proven: the code is sent once on entering."""

    key = LoginStageKey.VERIFY_PHONE.value
    urlname = "account_verify_phone"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Stop here unless the phone is proven. Pretended sign-ins never get this far."""
        person = self.login.user
        if person is None or person.phone_verified_at is not None:
            return None, True
        if not self.state.get("sent"):
            self.state["sent"] = True
            with contextlib.suppress(CodeCoolingError, CodeLockedError, TooManyCodesError):
                send_phone_code(
                    person_id=person.pk,
                    phone=person.phone,
                    purpose=Purpose.PHONE,
                    address=get_adapter().get_client_ip(self.request),
                    now=clock.now(),
                )
        return HttpResponseRedirect(reverse("account_verify_phone")), True


class SecondFactorStage(LoginStage):
    """After the password comes the second factor; without one, a code on a browser that is new.

    While the account is frozen every browser counts as new: a thief may have the one at home.

    A sign-in by passkey has shown both at once. A sign-in that has just proven the phone (a
    registration that ends here) has had its code; one that replaces a lost phone has not.
    """

    key = "second_factor"
    urlname = "second_factor"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Stop here until it is shown. Pretended sign-ins never get this far."""
        person = self.login.user
        if person is None or self.login.state.get(BY_PASSKEY):
            return None, True
        if not has_second(person.pk) and (self._phone_just_proven() or self._browser_known()):
            return None, True
        return HttpResponseRedirect(reverse("second_factor")), True

    def is_resumable(self, request: HttpRequest) -> bool:
        """Leave the sign-in page open to somebody else at the same browser."""
        del request
        return False

    def _phone_just_proven(self) -> bool:
        phone = self.login.state.get("stages", {}).get(PhoneStage.key, {})
        first = self.login.user.phone_changed_at is None
        return first and bool(phone.get("data", {}).get("sent"))

    def _browser_known(self) -> bool:
        device = self.request.COOKIES.get(DEVICE_COOKIE, "")
        frozen = self.login.user.frozen_at is not None
        return not frozen and is_known_device(self.login.user.pk, device)
