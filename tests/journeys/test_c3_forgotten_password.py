"""C3: a forgotten password, by the mail's link and by the phone's code."""

from __future__ import annotations

from dataclasses import replace

from tests.journeys import steps_boxes, steps_people
from tests.journeys.cast import Player
from tests.journeys.steps_people import is_signed_out, signs_in, signs_in_anew
from tests.journeys.steps_reading import Reader

NEW = "eleven paper lanterns"


def test_c3_by_mail_link(reader: Reader) -> None:
    """The link opens once; old passwords are refused, every browser is out, the owner is told."""
    person = steps_people.enrolled(reader, pin=False)
    forgetful = reader.another_browser()
    forgetful.go("/signin")
    forgetful.follows("Forgot the password")
    forgetful.look("forgotten")
    told = _asks(forgetful, person.email)
    forgetful.look("forgotten-sent")
    letter = steps_boxes.arrived(
        reader.product, "mail", person.email, holding=f"{reader.product.web}/forgotten/"
    )
    link = steps_boxes.link_in(letter)
    forgetful.page.goto(link)
    forgetful.look("new-password")
    for bad, why in _refused_passwords(person):
        forgetful.fills(password1=bad)
        forgetful.sends("Save the password")
        forgetful.reads(why)
    forgetful.look("new-password-refused")
    _chooses(forgetful, NEW)
    _is_the_only_password(reader, forgetful, person)
    answer = forgetful.another_browser().page.goto(link)
    assert answer is not None
    assert answer.status == 410
    stranger = steps_people.invented(reader.way)
    assert _asks(reader, stranger.email).replace(stranger.email, person.email) == told


def test_c3_by_sms_code(reader: Reader) -> None:
    """The code leads to the same page; a number nobody has looks the same."""
    person = steps_people.enrolled(reader, pin=False)
    forgetful, stranger = reader.another_browser(), steps_people.invented(reader.way)
    unknown = _asks(forgetful, stranger.phone)
    known = _asks(forgetful, person.phone)
    forgetful.look("forgotten-code")
    shown = forgetful.page.locator("main b.nowrap").first.inner_text()
    assert _digits(shown) == person.phone.removeprefix("+")
    assert known.replace(shown, "") == unknown.replace(_spaced(stranger.phone), "")
    code = steps_people.sms_code(reader.product, person, "password_reset")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    forgetful.fills(code=wrong)
    forgetful.sends("Confirm")
    forgetful.reads("That code is not right. Tries left: %(tries_left)s.", tries_left=4)
    forgetful.fills(code=code)
    forgetful.sends("Confirm")
    _chooses(forgetful, NEW)
    _is_the_only_password(reader, forgetful, person)
    assert steps_boxes.messages(reader.product, "sms", stranger.phone) == []


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def _spaced(phone: str) -> str:
    return f"{phone[:3]} {phone[3:6]} {phone[6:10]} {phone[10:]}"


def _asks(reader: Reader, alias: str) -> str:
    """Ask for a way back in, and return what is said about it."""
    reader.go("/forgotten")
    reader.fills(alias=alias)
    reader.sends("Send")
    return reader.steady_main


def _refused_passwords(person: Player) -> list[tuple[str, str]]:
    return [
        (
            "short one",
            "Use at least %(count)s characters. A few words in a row are easy to remember.",
        ),
        (person.password, "You used this password before. Choose a new one."),
    ]


def _chooses(reader: Reader, password: str) -> None:
    reader.fills(password1=password)
    reader.sends("Save the password")
    reader.is_at("/forgotten/done")
    reader.look("new-password-done")


def _is_the_only_password(reader: Reader, forgetful: Reader, person: Player) -> None:
    """Nobody is signed in any more, and only the new password opens."""
    is_signed_out(reader)
    is_signed_out(forgetful)
    steps_boxes.arrived(reader.product, "mail", person.email, purpose="password_reset")
    signs_in(forgetful, person.email, person.password)
    forgetful.reads("This sign-in and this password do not belong together.")
    signs_in_anew(forgetful, person.phone, replace(person, password=NEW))
    forgetful.is_at("/")
