"""C1: from the first page to a wallet of one's own."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from playwright.sync_api import expect

from tests.journeys import steps_boxes, steps_people
from tests.journeys.cast import Player
from tests.journeys.steps_reading import Reader


def test_c1_register_by_mail_and_sms(reader: Reader) -> None:
    """Mail and SMS are read where a person who tries the product out reads them."""
    customer = steps_people.invented(reader.way)
    reader.go("/")
    reader.is_at("/signin")
    reader.look("sign-in")
    reader.follows("Register")
    reader.look("register")
    steps_people.fill_registration(reader, customer)
    reader.reads("Very strong.")
    reader.look("register-filled")
    reader.sends("Go on")
    reader.is_at("/signup/mail")
    reader.look("mail-sent")
    link = _opens_the_mail(reader, customer)
    reader.look("confirm-mail")
    reader.sends("Yes, confirm")
    reader.is_at("/signup/phone")
    reader.look("confirm-phone")
    reader.fills(code=_reads_the_sms(reader, customer))
    reader.sends("Confirm")
    _is_home_for_the_first_time(reader)
    _finds_the_link_dead(reader, link)


def _opens_the_mail(reader: Reader, customer: Player) -> str:
    link = steps_people.mail_link(reader.product, customer)
    reader.page.goto(f"{reader.product.sandbox}/mail?to={quote(customer.email)}")
    reader.look("mailbox")
    with reader.page.expect_navigation(wait_until="load"):
        reader.page.locator("a.letter").click()
    reader.look("mailbox-letter")
    with reader.page.expect_navigation():
        reader.page.locator(".letter__text a").first.click()
    assert reader.page.url == link
    return link


def _reads_the_sms(reader: Reader, customer: Player) -> str:
    """Look at the phone in another tab, as people do."""
    code = steps_people.sms_code(reader.product, customer)
    tab = reader.context.new_page()
    tab.goto(f"{reader.product.sandbox}/sms?to={quote(customer.phone)}")
    expect(tab.locator("a.letter .row__t")).to_contain_text(code)
    tab.close()
    return code


def _is_home_for_the_first_time(reader: Reader) -> None:
    reader.is_at("/")
    reader.reads("Your first steps")
    reader.reads("Set a payment password")
    expect(reader.page.locator("#balance .money").first).to_contain_text("0.00")
    reader.look("home-first")


def _finds_the_link_dead(reader: Reader, link: str) -> None:
    answer = reader.page.goto(link)
    assert answer is not None
    assert answer.status == 410
    reader.reads("This link no longer works")
    reader.look("link-dead")
    reader.follows("Home")
    reader.is_at("/")


def test_c1_what_is_not_good_enough_is_refused(reader: Reader) -> None:
    """A weak password, a child and a phone of elsewhere: told at the field, and nothing is sent."""
    customer = replace(steps_people.invented(reader.way), password="aaaaaaaaaaaaaaaa")
    reader.go("/signup")
    steps_people.fill_registration(reader, customer)
    reader.reads("It repeats itself or counts up. Mix in other words.")
    reader.page.uncheck("main [name=adult]")
    reader.fills(phone="+7 912 345 67 89")
    reader.sends("Go on")
    reader.is_at("/signup")
    reader.reads("OKPay is for people of 18 years and older. Nothing was stored.")
    reader.reads("OKPay is not available for phone numbers of this region yet.")
    expect(reader.page.locator("#id_password1-error")).to_be_visible()
    reader.look("register-refused")
    reader.fills(phone=customer.phone, password1=f"wallet of {customer.name} now")
    reader.sends("Go on")
    reader.is_at("/signup")
    assert steps_boxes.messages(reader.product, "mail", customer.email) == []


def test_c1_a_taken_email_gets_the_same_answer(reader: Reader) -> None:
    """Whoever registers with somebody's e-mail learns nothing; the owner does."""
    owner = steps_people.enrolled(reader.another_browser(), pin=False)
    stranger = steps_people.invented(reader.way)
    told = [
        _is_told(reader, stranger),
        _is_told(reader.another_browser(), replace(stranger, email=owner.email)),
    ]
    assert told[1] == told[0].replace(stranger.email, owner.email)
    warning = steps_boxes.arrived(reader.product, "mail", owner.email, holding="/forgotten")
    assert "/signup/mail/" not in warning["text"]


def _is_told(reader: Reader, customer: Player) -> str:
    reader.go("/signup")
    steps_people.fill_registration(reader, customer)
    reader.sends("Go on")
    reader.is_at("/signup/mail")
    return reader.steady_main


def test_c1_a_taken_phone_gets_the_same_answer(reader: Reader) -> None:
    """The step looks as always, no code comes that opens it, and the owner is told."""
    owner = steps_people.enrolled(reader.another_browser(), pin=False)
    stranger = replace(steps_people.invented(reader.way), phone=owner.phone)
    steps_people.at_the_phone_step(reader, stranger)
    reader.reads("Confirm your phone")
    steps_boxes.arrived(reader.product, "sms", owner.phone, purpose="phone_known")
    reader.fills(code=steps_people.sms_code(reader.product, owner))
    reader.sends("Confirm")
    reader.reads("That code is not right. Tries left: %(tries_left)s.", tries_left=4)
    reader.go("/me")
    reader.is_at("/signup/phone")


def test_c1_five_wrong_codes_lock(reader: Reader) -> None:
    """The right code comes too late; after the lock a new one opens."""
    customer = steps_people.invented(reader.way)
    steps_people.at_the_phone_step(reader, customer)
    right = steps_people.sms_code(reader.product, customer)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1):
        reader.fills(code=wrong)
        reader.sends("Confirm")
        reader.reads("That code is not right. Tries left: %(tries_left)s.", tries_left=left)
    reader.look("phone-wrong")
    for code in (wrong, right):
        reader.fills(code=code)
        reader.sends("Confirm")
        reader.reads("Too many wrong codes. Try again after %(until)s.")
    reader.look("phone-locked")
    steps_boxes.advance_clock(reader.product, 15 * 60)
    reader.go("/signup/phone")
    reader.sends("Send the code again")
    reader.fills(code=steps_people.sms_code(reader.product, customer, count=2))
    reader.sends("Confirm")
    reader.is_at("/")
