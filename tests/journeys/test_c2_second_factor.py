"""C2, the second factor: an app, recovery codes and a passkey, enrolled and used."""

from __future__ import annotations

import base64
import contextlib
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import Error as PlaywrightError

from okpay.identity.factors import totp
from tests.identity.factors.kit import early_in_a_step
from tests.journeys import steps_boxes, steps_people
from tests.journeys.steps_people import is_signed_out, signs_in
from tests.journeys.steps_reading import Reader

if TYPE_CHECKING:
    from tests.journeys.cast import Player

WRONG = "That did not match. Nothing was changed."
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": False,
}


class Finger:
    """The device's own lock, as the browser's virtual authenticator plays it."""

    def __init__(self, reader: Reader) -> None:
        self.session = reader.context.new_cdp_session(reader.page)
        self.session.send("WebAuthn.enable", {"enableUI": False})
        added = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.id = added["authenticatorId"]

    def is_laid_on(self, *, there: bool) -> None:
        """Confirm whatever asks from now on, or nothing."""
        self.session.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": self.id, "enabled": there},
        )


def test_c2_an_app_recovery_codes_and_a_passkey(reader: Reader) -> None:
    """Each is enrolled from the security page, told, and opens the account afterwards."""
    person = steps_people.enrolled(reader, pin=False)
    reader.go("/security/factors")
    reader.look("factors-none")
    codes = _adds_an_app(reader, person)
    finger = Finger(reader)
    _adds_a_passkey(reader, finger)
    steps_boxes.arrived(reader.product, "mail", person.email, purpose="factor_added", count=2)
    steps_boxes.arrived(reader.product, "sms", person.phone, purpose="factor_added", count=2)
    _enters_by_passkey(reader, finger)
    _enters_by_recovery_code(reader, person, codes)


def _adds_an_app(reader: Reader, person: Player) -> list[str]:
    reader.go("/security/factors/app")
    reader.look("confirm-password")
    reader.fills(password=person.password)
    reader.sends("Go on")
    reader.is_at("/security/factors/app")
    reader.look("factor-app")
    reader.page.locator("main details summary").click()
    shown = reader.page.locator("#secret").inner_text().replace(" ", "")
    secret = base64.b32decode(shown)
    reader.fills(code=totp.code_at(secret, totp.step_of(timezone.now()) - 5))
    reader.sends("Confirm")
    reader.reads(WRONG)
    early_in_a_step(left=15)
    reader.fills(code=totp.code_at(secret, totp.step_of(timezone.now())))
    reader.sends("Confirm")
    reader.reads("Keep these codes now")
    reader.look("recovery-shown")
    codes = reader.page.locator("#codes code").all_inner_texts()
    assert len(set(codes)) == 10
    return codes


def _adds_a_passkey(reader: Reader, finger: Finger) -> None:
    reader.go("/security/factors/passkey")
    reader.look("factor-passkey")
    finger.is_laid_on(there=True)
    reader.sends("Make the passkey")
    finger.is_laid_on(there=False)
    reader.is_at("/security/factors")
    reader.look("factors-two")


def _signs_out(reader: Reader) -> None:
    reader.go("/me")
    reader.sends("Sign out")
    is_signed_out(reader)


def _enters_by_passkey(reader: Reader, finger: Finger) -> None:
    _signs_out(reader)
    reader.go("/signin")
    reader.look("sign-in-passkey")
    finger.is_laid_on(there=True)
    # The quiet offer in the sign-in field may be answered before the button is reached.
    with (
        reader.page.expect_navigation(url=f"{reader.product.web}/"),
        contextlib.suppress(PlaywrightError),
    ):
        reader.button("Sign in with a passkey").click(timeout=10_000)
    finger.is_laid_on(there=False)
    reader.go("/security/factors/app")  # shown a moment ago: nothing is asked again
    reader.is_at("/security/factors/app")


def _enters_by_recovery_code(reader: Reader, person: Player, codes: list[str]) -> None:
    _signs_out(reader)
    signs_in(reader, person.email, person.password)
    reader.is_at("/signin/second")
    reader.look("second-passkey")
    reader.follows("Authenticator app", "second factor")
    reader.fills(code="000000")
    reader.sends("Confirm")
    reader.reads(WRONG)
    reader.look("second-app-wrong")
    for again in (False, True):
        if again:  # the same code opens nothing a second time
            _signs_out(reader)
            signs_in(reader, person.email, person.password)
        reader.follows("Recovery code", "second factor")
        reader.fills(code=codes[0])
        reader.sends("Confirm")
        if not again:
            reader.is_at("/")
    reader.reads(WRONG)
    reader.look("second-recovery-used")
    is_signed_out(reader)
    steps_boxes.arrived(reader.product, "mail", person.email, purpose="recovery_code_used")
