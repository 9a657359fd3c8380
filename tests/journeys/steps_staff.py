"""Staff of a journey: let in by the machine, with an authenticator app that the test can read."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from okpay.identity.factors import totp
from tests.identity.factors.kit import early_in_a_step
from tests.journeys.cast import Player, player

if TYPE_CHECKING:
    from tests.journeys.steps_reading import Reader
    from tests.support.product import LiveProduct

SECRET = "a secret of twenty b"
# Runs inside the installation under test, by the same operations as every face.
HIRE = """
import json, os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "okpay.config.settings"
django.setup()
from okpay.identity.factors.models import AuthenticatorApp
from okpay.identity.operations import enrol_person
from okpay.identity.staff.operations import add_first
from okpay.kernel import clock, crypto
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.ids import new_uuid
cli, now = Actor(person_id=None, kind="system", via="cli"), clock.now()
for one, roles, secret in json.loads(sys.argv[1]):
    person = enrol_person(
        actor=SYSTEM, name=one["name"], email=one["email"], phone=one["phone"],
        password=one["password"], language=one["language"], now=now,
    )
    row = new_uuid()
    sealed = crypto.seal(
        person.id, table="factors_authenticatorapp", column="secret", row=str(row),
        plain=secret.encode(),
    )
    AuthenticatorApp.objects.create(
        id=row, person=person, name="App", secret=sealed, created_at=now, confirmed_at=now
    )
    add_first(actor=cli, email=one["email"], roles=roles, now=now)
"""


@dataclass(frozen=True)
class Colleague:
    """Somebody who works there, and their roles."""

    player: Player
    roles: tuple[str, ...]


def colleague(reader: Reader, name: str, *roles: str) -> Colleague:
    """Think of a member of staff whom nobody has hired yet, and who reads the same language.

    A name of one Latin word is no stranger in either language.
    """
    language = "en" if reader.way.language == "en" else "zh-hans"
    return Colleague(player(name, language=language), roles)


def hire(product: LiveProduct, *colleagues: Colleague) -> None:
    """Enter them with their roles, and with an app whose secret the test knows."""
    environment = product.environment()
    environment.pop("OKPAY_DATABASE_URL", None)  # the test's own database is another one
    wanted = json.dumps([(asdict(one.player), one.roles, SECRET) for one in colleagues])
    subprocess.run([sys.executable, "-c", HIRE, wanted], env=environment, check=True, timeout=200)


def code_now() -> str:
    """Return what the app shows now, and for some seconds more."""
    early_in_a_step(left=10)
    return totp.code_at(SECRET.encode(), int(time.time()) // totp.STEP)


def goes_to_work(reader: Reader, who: Colleague) -> None:
    """Sign in to the console with password and code."""
    reader.go("/console/sign-in")
    reader.fills(email=who.player.email, password=who.player.password)
    reader.sends("Go on")
    reader.reads("Show your second factor")
    for _try in range(3):  # the app's code may change while it is typed
        reader.fills(code=code_now())
        reader.sends("Sign in")
        if "/second" not in reader.page.url:
            break
    reader.is_at("/console/")
