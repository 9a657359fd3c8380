"""The step of a sign-in that proves the phone, after the e-mail is proven."""

from __future__ import annotations

import contextlib

from allauth.account.adapter import get_adapter
from allauth.account.internal.constants import LoginStageKey
from allauth.account.stages import LoginStage
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from okpay.identity.codes import Purpose
from okpay.identity.errors import CodeCoolingError, CodeLockedError, TooManyCodesError
from okpay.identity.people import send_phone_code
from okpay.kernel import clock


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
