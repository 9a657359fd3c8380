"""C1: from the first page to a wallet of one's own."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from playwright.sync_api import expect

from tests.journeys import steps_boxes, steps_people
from tests.journeys.steps_people import Customer
from tests.journeys.steps_walking import Walker


def test_c1_register_by_mail_and_sms(walker: Walker) -> None:
    """Mail and SMS are read where a person who tries the product out reads them."""
    customer = steps_people.invented(walker.way)
    walker.go("/")
    walker.is_at("/signin")
    walker.look("sign-in")
    walker.follows("Register")
    walker.look("register")
    steps_people.fill_registration(walker, customer)
    walker.reads("Very strong.")
    walker.look("register-filled")
    walker.sends("Go on")
    walker.is_at("/signup/mail")
    walker.look("mail-sent")
    link = _opens_the_mail(walker, customer)
    walker.look("confirm-mail")
    walker.sends("Yes, confirm")
    walker.is_at("/signup/phone")
    walker.look("confirm-phone")
    walker.fills(code=_reads_the_sms(walker, customer))
    walker.sends("Confirm")
    _is_home_for_the_first_time(walker)
    _finds_the_link_dead(walker, link)


def _opens_the_mail(walker: Walker, customer: Customer) -> str:
    link = steps_people.mail_link(walker.product, customer)
    walker.page.goto(f"{walker.product.sandbox}/mail?to={quote(customer.email)}")
    walker.look("mailbox")
    walker.page.locator("a.letter").click()
    walker.look("mailbox-letter")
    with walker.page.expect_navigation():
        walker.page.locator(".letter__text a").first.click()
    assert walker.page.url == link
    return link


def _reads_the_sms(walker: Walker, customer: Customer) -> str:
    """Look at the phone in another tab, as people do."""
    code = steps_people.sms_code(walker.product, customer)
    tab = walker.context.new_page()
    tab.goto(f"{walker.product.sandbox}/sms?to={quote(customer.e164)}")
    expect(tab.locator("a.letter .row__t")).to_contain_text(code)
    tab.close()
    return code


def _is_home_for_the_first_time(walker: Walker) -> None:
    walker.is_at("/")
    walker.reads("Your first steps")
    walker.reads("Set a payment password")
    expect(walker.page.locator("#balance .money").first).to_contain_text("0.00")
    walker.look("home-first")


def _finds_the_link_dead(walker: Walker, link: str) -> None:
    answer = walker.page.goto(link)
    assert answer is not None
    assert answer.status == 410
    walker.reads("This link no longer works")
    walker.look("link-dead")


def test_c1_what_is_not_good_enough_is_refused(walker: Walker) -> None:
    """A weak password, a child and a phone of elsewhere: told at the field, and nothing is sent."""
    customer = replace(steps_people.invented(walker.way), password="aaaaaaaaaaaaaaaa")
    walker.go("/signup")
    steps_people.fill_registration(walker, customer)
    walker.reads("It repeats itself or counts up. Mix in other words.")
    walker.page.uncheck("main [name=adult]")
    walker.fills(phone="+7 912 345 67 89")
    walker.sends("Go on")
    walker.is_at("/signup")
    walker.reads("OKPay is for people of 18 years and older. Nothing was stored.")
    walker.reads("OKPay is not available for phone numbers of this region yet.")
    expect(walker.page.locator("#id_password1-error")).to_be_visible()
    walker.look("register-refused")
    walker.fills(phone=customer.phone, password1=f"wallet of {customer.name} now")
    walker.sends("Go on")
    walker.is_at("/signup")
    assert steps_boxes.messages(walker.product, "mail", customer.email) == []


def test_c1_a_taken_email_gets_the_same_answer(walker: Walker) -> None:
    """Whoever registers with somebody's e-mail learns nothing; the owner does."""
    owner = steps_people.enrolled(walker.another_browser(), pin=False)
    stranger = steps_people.invented(walker.way)
    told = [_is_told(walker, stranger), _is_told(walker.another_browser(), replace(stranger, email=owner.email))]
    assert told[1] == told[0].replace(stranger.email, owner.email)
    warning = steps_boxes.arrived(walker.product, "mail", owner.email, holding="/forgotten")
    assert "/signup/mail/" not in warning["text"]


def _is_told(walker: Walker, customer: Customer) -> str:
    walker.go("/signup")
    steps_people.fill_registration(walker, customer)
    walker.sends("Go on")
    walker.is_at("/signup/mail")
    walker.page.locator("[data-wait]").evaluate("node => node.remove()")  # it counts down
    return walker.main_text()


def test_c1_a_taken_phone_gets_the_same_answer(walker: Walker) -> None:
    """The step looks as always, no code comes that opens it, and the owner is told."""
    owner = steps_people.enrolled(walker.another_browser(), pin=False)
    stranger = replace(steps_people.invented(walker.way), phone=owner.phone)
    steps_people.at_the_phone_step(walker, stranger)
    walker.reads("Confirm your phone")
    steps_boxes.arrived(walker.product, "sms", owner.e164, purpose="phone_known")
    walker.fills(code=steps_people.sms_code(walker.product, owner))
    walker.sends("Confirm")
    walker.reads("That code is not right. Tries left: %(tries_left)s.", tries_left=4)
    steps_people.is_signed_out(walker)


def test_c1_five_wrong_codes_lock(walker: Walker) -> None:
    """The right code comes too late; after the lock a new one opens."""
    customer = steps_people.invented(walker.way)
    steps_people.at_the_phone_step(walker, customer)
    right = steps_people.sms_code(walker.product, customer)
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    for left in (4, 3, 2, 1):
        walker.fills(code=wrong)
        walker.sends("Confirm")
        walker.reads("That code is not right. Tries left: %(tries_left)s.", tries_left=left)
    walker.look("phone-wrong")
    for code in (wrong, right):
        walker.fills(code=code)
        walker.sends("Confirm")
        expect(walker.page.get_by_role("alert")).to_contain_text(
            walker.says("Too many wrong codes. Try again after %(until)s.").split("%")[0]
        )
    walker.look("phone-locked")
    steps_boxes.advance_clock(walker.product, 15 * 60)
    walker.go("/signup/phone")
    walker.sends("Send the code again")
    walker.fills(code=steps_people.sms_code(walker.product, customer, count=2))
    walker.sends("Confirm")
    walker.is_at("/")
