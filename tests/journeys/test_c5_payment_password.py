"""C5: the payment password, the devices, and what programs may do."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from playwright.sync_api import expect

from tests.journeys import steps_boxes, steps_people
from tests.journeys.cast import Player
from tests.journeys.steps_reading import Reader

PAGE = "/security/payment-password"
WRONG = "That payment password is not right. Tries left: %(tries_left)s. Nothing was charged."
LOCKED = (
    "The payment password is locked until %(until)s after too many wrong tries."
    " Nothing was charged."
)
NEW = "738204"
NEWEST = "950173"


def test_c5_payment_password_set_changed_and_locked(reader: Reader) -> None:
    """Weak digits are refused; five wrong tries lock; code and password open it again."""
    person = steps_people.enrolled(reader, pin=False)
    reader.go("/security")
    reader.look("security-new")
    reader.follows("Set a payment password")
    reader.is_at(PAGE)
    reader.look("pin-set")
    _only_one_box_waits(reader)
    for weak in ("123456", "121212", person.phone[-6:]):
        _saves(reader, new_pin=weak, again=weak)
        reader.reads("These six digits are too easy to guess.")
    _saves(reader, new_pin=person.pin, again=NEW)
    reader.reads("The two entries differ.")
    reader.look("pin-refused")
    _saves(reader, new_pin=person.pin, again=person.pin)
    reader.is_at("/security")
    reader.reads("Your payment password is set. You can pay now.")
    reader.look("security-set")
    _changes(reader, person.pin, NEW)
    reader.reads("Your payment password was changed.")
    _locks(reader, person)
    _starts_again(reader, person)


def _only_one_box_waits(reader: Reader) -> None:
    """The first that is empty is marked, of all the boxes on the page, and follows the focus."""
    marked = reader.page.locator(".pin i.now")
    expect(marked).to_have_count(1)
    expect(reader.page.locator(".pin").first.locator("i").first).to_have_class("now")
    reader.page.locator("[data-pin]").last.focus()
    expect(marked).to_have_count(1)
    expect(reader.page.locator(".pin").last.locator("i").first).to_have_class("now")
    reader.page.keyboard.type("12")
    expect(reader.page.locator(".pin").last.locator("i").nth(2)).to_have_class("now")
    for _ in range(2):
        reader.page.keyboard.press("Backspace")


def _saves(reader: Reader, **pins: str) -> None:
    reader.fills(**pins)
    reader.sends("Save the payment password")


def _changes(reader: Reader, old: str, new: str) -> None:
    reader.go(PAGE)
    _saves(reader, pin=old, new_pin=new, again=new)


def _locks(reader: Reader, person: Player) -> None:
    """The old digits are wrong now; the fifth wrong try locks, and then the right ones too."""
    for left in (4, 3, 2, 1):
        _changes(reader, person.pin, NEWEST)
        reader.reads(WRONG, tries_left=left)
    reader.look("pin-wrong")
    for digits in (person.pin, NEW):
        _changes(reader, digits, NEWEST)
        reader.reads(LOCKED)
    reader.look("pin-locked")
    steps_boxes.arrived(reader.product, "mail", person.email, purpose="payment_password_locked")


def _starts_again(reader: Reader, person: Player) -> None:
    reader.follows("Forgot the payment password")
    reader.look("pin-forgotten")
    reader.sends("Send the code")
    code = steps_people.sms_code(reader.product, person, "payment_password")
    reader.look("pin-forgotten-code")
    _saves(reader, code=code, password="not my password at all", new_pin=NEWEST, again=NEWEST)
    reader.reads("That sign-in password is not right. Nothing was changed.")
    _saves(reader, code=code, password=person.password, new_pin=NEWEST, again=NEWEST)
    reader.is_at("/security")
    _changes(reader, NEWEST, NEW)
    reader.is_at("/security")


def test_c5_a_device_is_out_at_once(reader: Reader) -> None:
    """One is revoked from the list, then all others with one press; this one stays."""
    person = steps_people.enrolled(reader, pin=False)
    first, second, third = (reader.another_browser() for _number in range(3))
    for browser in (first, second, third):
        steps_people.signs_in_anew(browser, person.email, person)
        browser.is_at("/")
    reader.go("/security/devices")
    rows = reader.page.locator("#sessions .row")
    expect(rows).to_have_count(4)
    reader.reads("Unknown device")  # the one that registered names no browser we know
    reader.look("devices")
    with reader.page.expect_navigation():
        rows.filter(has=reader.page.locator("form")).first.get_by_role("button").click()
    reader.reads("That device is signed out.")
    gone = [browser for browser in (first, second, third) if _is_out(browser)]
    assert gone == [third]  # the newest stands first
    reader.sends("Sign out all other devices")
    for browser in (first, second):
        steps_people.is_signed_out(browser)
    reader.go("/security/devices")
    expect(rows).to_have_count(1)
    steps_boxes.arrived(reader.product, "mail", person.email, purpose="sessions_revoked", count=2)


def _is_out(reader: Reader) -> bool:
    reader.go("/me")
    return reader.page.url.startswith(f"{reader.product.web}/signin")


def test_c5_a_revoked_token_is_dead_at_once(reader: Reader) -> None:
    """A token works for what it may do and nothing else, until it is revoked."""
    person = steps_people.enrolled(reader)
    reader.go("/me/tokens")
    reader.look("tokens-none")
    reader.follows("Make a token")
    reader.look("token-new")
    reader.fills(name="bookkeeping", payment_password=NEW)
    reader.sends("Make the token")
    reader.reads(WRONG, tries_left=4)
    reader.fills(name="bookkeeping", payment_password=person.pin)
    reader.sends("Make the token")
    reader.look("token-made")
    secret = reader.page.locator("#secret").inner_text()
    ask = _asking(reader, secret)
    assert ask("/v1/balances") == (200, None)
    assert ask("/v1/messages") == (403, "scope_missing")
    reader.follows("I have kept it")
    assert secret not in reader.page.content()
    reader.look("tokens")
    reader.page.get_by_role(
        "button", name=reader.says("Revoke %(name)s").replace("%(name)s", "bookkeeping")
    ).click()
    reader.reads("The token no longer works.")
    assert ask("/v1/balances") == (401, "unauthenticated")


def _asking(reader: Reader, secret: str) -> Callable[[str], tuple[int, str | None]]:
    headers = {"Authorization": f"Bearer {secret}"}

    def ask(path: str) -> tuple[int, str | None]:
        answer = httpx.get(reader.product.api + path, headers=headers, timeout=30)
        return answer.status_code, answer.json().get("code")

    return ask
