"""C2, the password part: getting in, being kept out, and hearing of both."""

from __future__ import annotations

from tests.journeys import steps_boxes, steps_people
from tests.journeys.steps_people import signs_in, signs_in_anew
from tests.journeys.steps_reading import Reader

REFUSED = "This sign-in and this password do not belong together."
LOCKED = "Too many wrong tries. Try again after %(until)s, or reset the password."
WRONG = "three wrong lanterns glow"


def test_c2_sign_in_by_email_and_by_phone(reader: Reader) -> None:
    """Both lead home; a browser never seen before is told to the owner."""
    person = steps_people.enrolled(reader, pin=False)
    reader.go("/me")
    reader.look("me")
    reader.sends("Sign out")
    steps_people.is_signed_out(reader)
    signs_in(reader, person.email.upper(), person.password)
    reader.is_at("/")
    elsewhere = reader.another_browser()
    signs_in_anew(elsewhere, person.phone.removeprefix("+86"), person)
    elsewhere.is_at("/")
    steps_boxes.arrived(
        reader.product, "mail", person.email, purpose="signed_in_new_device", count=1
    )
    reader.go("/messages")
    reader.reads("New sign-in to your account")
    reader.look("messages")


def test_c2_five_wrong_passwords_lock(reader: Reader) -> None:
    """Then even the right one is refused there, the owner hears of it, and the lock ends."""
    person = steps_people.enrolled(reader, pin=False)
    stranger = reader.another_browser()
    for _try in range(4):
        signs_in(stranger, person.email, WRONG)
        stranger.reads(REFUSED)
    stranger.look("sign-in-refused")
    refused = stranger.main
    signs_in(stranger, person.email, WRONG)
    signs_in(stranger, person.email, person.password)
    stranger.reads(LOCKED)
    stranger.look("sign-in-locked")
    steps_boxes.arrived(reader.product, "mail", person.email, purpose="sign_in_locked")
    _is_not_told_apart(reader.another_browser(), refused)
    _owner_still_gets_in(reader, person.email, person.password)
    steps_boxes.advance_clock(reader.product, 15 * 60)
    signs_in_anew(stranger, person.email, person)
    stranger.is_at("/")


def _is_not_told_apart(stranger: Reader, refused: str) -> None:
    """Somebody who does not exist is refused in the same words."""
    signs_in(stranger, steps_people.invented(stranger.way).email, WRONG)
    assert stranger.main == refused


def _owner_still_gets_in(reader: Reader, email: str, password: str) -> None:
    """The browser that the owner has used has tries of its own."""
    reader.go("/me")
    reader.sends("Sign out")
    signs_in(reader, email, password)
    reader.is_at("/")
