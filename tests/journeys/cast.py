"""The people of a journey: enrolled in the running product, so a walk starts where it matters."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from dataclasses import asdict, dataclass, field

from tests.support.product import LiveProduct

PASSWORD = "seven quiet rivers run"
PIN = "204817"

# Runs inside the installation under test, by the same operations as every face.
ENROL = """
import json, os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "okpay.config.settings"
django.setup()
from okpay.identity.operations import enrol_person
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import Money, asset_of, parse_amount
from okpay.payments.operations import book_top_up
for one in json.loads(sys.argv[1]):
    person = enrol_person(
        actor=SYSTEM, name=one["name"], email=one["email"], phone=one["phone"],
        password=one["password"], payment_password=one["pin"], language=one["language"],
        now=clock.now(), level=1,
    )
    for code, text in one["funds"].items():
        asset = asset_of(code)
        done = book_top_up(
            top_up_id=new_uuid(), person_id=person.id, money=parse_amount(text, asset),
            fee=Money(asset, 0), source_label="Visa 4242", now=clock.now(),
        )
        assert done.result == "done", done
sys.stdout.flush()
os._exit(0)  # the engine's thread does not hold the script up
"""


@dataclass(frozen=True)
class Player:
    """A person of a journey, and what only they know."""

    name: str
    email: str
    phone: str
    password: str = PASSWORD
    pin: str = PIN
    language: str = "zh-hans"
    funds: dict[str, str] = field(default_factory=dict)


def player(name: str, *, language: str = "zh-hans", pin: str = PIN, **funds: str) -> Player:
    """Think of a person whom nobody has registered yet."""
    digits = f"{uuid.uuid4().int % 10**8:08d}"
    email = f"{uuid.uuid4().hex[:10]}@journeys.example"
    money = {code.upper(): text for code, text in funds.items()}
    return Player(name, email, f"+86136{digits}", pin=pin, language=language, funds=money)


def enrol(product: LiveProduct, *players: Player) -> None:
    """Enter them, with proven addresses, and put their money in."""
    environment = product.environment()
    environment.pop("OKPAY_DATABASE_URL", None)  # the test's own database is another one
    wanted = json.dumps([asdict(one) for one in players])
    subprocess.run([sys.executable, "-c", ENROL, wanted], env=environment, check=True, timeout=200)
