"""C18: a stolen account, from the sign-in page without a session to open again by two people."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from tests.journeys import steps_boxes, steps_people
from tests.journeys.cast import Player, enrol, player
from tests.journeys.steps_people import is_signed_out, signs_in, signs_in_anew
from tests.journeys.steps_reading import Reader

NEW = "eleven paper lanterns"
NEW_PIN = "730591"

# Two of the staff, in the installation under test, by the operations that the console calls.
TWO_PEOPLE = """
import os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "okpay.config.settings"
django.setup()
from okpay.identity import freezing
from okpay.identity.operations import enrol_person
from okpay.identity.queries import find_person
from okpay.identity.staff import Role
from okpay.identity.staff.models import StaffMember
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kernel.approvals import operations
email, tail = sys.argv[1:]
now, staff = clock.now(), []
for number, role in enumerate([Role.SUPPORT, Role.RISK]):
    one = enrol_person(
        actor=SYSTEM, name="Staff", email=f"{role}{tail}@staff.example",
        phone=f"+86137{number}{tail}", password="seven quiet rivers run", now=now,
    )
    StaffMember.objects.create(person_id=one.id, roles=[role], added_at=now, changed_at=now)
    staff.append(Actor(person_id=one.id, kind="staff", via="web"))
person = find_person(email)
found = freezing.propose_unfreeze(
    actor=staff[0], person_id=person.id, reason="papers compared", now=now
)
done = operations.approve(actor=staff[1], approval_id=found.id, digest=found.digest, now=now)
assert done.state == 2, done.state
sys.stdout.flush()
os._exit(0)  # the engine's thread does not hold the script up
"""


def test_c18_stolen_account(reader: Reader) -> None:
    """Proof, freeze, new secrets, marked payments, a ticket; the thief gets nothing meanwhile."""
    person = player(steps_people.NAMES[reader.way.language], cny="300.00")
    person = replace(person, language=steps_people.LANGUAGES[reader.way.language])
    payee = steps_people.invented(reader.way)
    enrol(reader.product, person, payee)
    thief = reader.another_browser()
    signs_in_anew(thief, person.email, person)
    paid = thief.pay(payee.email, "20.00", person.pin)
    _freezes(reader, person)
    _is_refused(thief, person)
    _renews(reader, person)
    _hands_over(reader)
    own = replace(person, password=NEW, pin=NEW_PIN)
    signs_in_anew(reader, person.email, own)
    reader.go("/security/freeze")
    reader.reads("You can read everything; nothing can be paid or changed.")
    reader.look("freeze-why")
    _two_people_open_it(reader, person)
    reader.go("/security/freeze")
    reader.reads("What happens at once")
    reader.look("freeze-confirm")
    reader.go(f"/transfers/{paid}")
    assert reader.balance() == "280.00"


def _freezes(reader: Reader, person: Player) -> None:
    reader.go("/signin")
    reader.follows("My account was stolen")
    reader.look("rescue-begin")
    reader.fills(alias=person.email)
    reader.sends("Send me the codes")
    reader.look("rescue-prove")
    _types(reader, "phone", steps_people.sms_code(reader.product, person, "rescue"))
    reader.look("rescue-half-proven")
    reader.sends("Freeze the account now")
    reader.is_at("/rescue/steps")
    reader.look("rescue-frozen")
    steps_boxes.arrived(reader.product, "sms", person.phone, purpose="account_frozen")


def _types(reader: Reader, channel: str, code: str) -> None:
    form = reader.page.locator(f"main form:has([name=channel][value={channel}])")
    form.locator("[name=code]").fill(code)
    with reader.page.expect_navigation(wait_until="load"):
        form.locator("button[type=submit]").click()


def _is_refused(thief: Reader, person: Player) -> None:
    is_signed_out(thief)
    stranger = thief.another_browser()
    for path in ("/rescue/password", "/rescue/payments", "/rescue/finish"):
        stranger.go(path)
        stranger.is_at("/rescue")
    assert person.email not in stranger.main


def _renews(reader: Reader, person: Player) -> None:
    reader.follows("Prove the rest")
    letter = steps_boxes.arrived(reader.product, "mail", person.email, purpose="rescue")
    _types(reader, "mail", steps_boxes.code_in(letter))
    reader.look("rescue-proven")
    reader.follows("Go on")
    reader.follows("New sign-in password")
    reader.look("rescue-password")
    reader.fills(password1=NEW)
    reader.sends("Save the password")
    reader.follows("New payment password")
    reader.look("rescue-pin")
    reader.fills(new_pin=NEW_PIN, again=NEW_PIN)
    reader.sends("Save the payment password")
    reader.follows("Payments that were not yours")
    reader.page.locator("main [name=record]").check()
    reader.look("rescue-payments")
    reader.sends("Save what is marked")
    reader.look("rescue-renewed")
    signs_in(reader.another_browser(), person.email, person.password)  # the old one


def _hands_over(reader: Reader) -> None:
    reader.follows("Hand it over")
    text = "My phone was taken." if reader.way.language == "en" else "手机被抢了。"
    reader.fills(text=text)
    reader.look("rescue-finish")
    reader.sends("Send it")
    reader.is_at("/rescue/done")
    reader.reads("Two people check it now")
    reader.look("rescue-done")


def _two_people_open_it(reader: Reader, person: Player) -> None:
    command = [sys.executable, "-c", TWO_PEOPLE, person.email, person.phone[-7:]]
    environment = reader.product.environment()
    environment.pop("OKPAY_DATABASE_URL", None)  # the test's own database is another one
    subprocess.run(command, env=environment, check=True, timeout=200)


def test_i7_reporting_something_suspicious(reader: Reader) -> None:
    """A ticket is written, read, added to and closed."""
    steps_people.enrolled(reader)
    reader.go("/support")
    reader.look("support-empty")
    reader.follows("Write to us")
    words = "Somebody rang me." if reader.way.language == "en" else "有人冒充客服。"
    reader.fills(text=words)
    reader.look("support-new")
    reader.sends("Send it")
    assert words in reader.main
    reader.look("support-ticket")
    reader.fills(text=words)
    reader.sends("Send it")
    assert reader.main.count(words) == 2
    reader.sends("It is settled, close it")
    reader.look("support-list")
