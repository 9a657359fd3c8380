"""A person who walks through the app in a browser: the steps that journeys are made of."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

import httpx
from playwright.sync_api import Page, Request, expect

from tests.journeys.cast import Player
from tests.support.product import LiveProduct

CARD = {"number": "4242 4242 4242 4242", "expiry": "08/34", "cvc": "123", "name": "TEST PERSON"}
_DEVICES: dict[str, tuple[str, str]] = {}  # the device cookie a person has, by e-mail
PATIENCE = 60  # seconds until a mail or an SMS must have arrived


@dataclass(frozen=True)
class Walker:
    """A browser page on the way through one installation."""

    page: Page
    product: LiveProduct

    @property
    def main(self) -> str:
        """The text of the page's content."""
        return self.page.locator("main").inner_text()

    def go(self, path: str) -> None:
        """Open a page of the app."""
        self.page.goto(self.product.web + path)

    def arrive(self, pattern: str) -> None:
        """Wait until the address matches."""
        self.page.wait_for_url(re.compile(pattern))

    def submit(self, within: str = "main form") -> None:
        """Press the button of a form."""
        self.page.locator(f"{within} button[type=submit]:visible").first.click()

    # ---- entering ----

    def sign_in(self, person: Player) -> None:
        """Sign in by e-mail, in the browser that this person used before if there was one.

        Where there was another, a new one shows the code that comes by SMS, and payments are taken
        with care for a day.
        """
        if person.email in _DEVICES:
            name, value = _DEVICES[person.email]
            known = {"name": name, "value": value, "url": self.product.web}
            self.page.context.add_cookies([known])  # type: ignore[list-item]  # it is one
        before = codes_sent(self.product, person.phone)
        self.go("/signin")
        self.page.fill("[name=login]", person.email)
        self.page.fill("[name=password]", person.password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: not url.endswith("/signin"))
        if self.page.url.endswith("/signin/second"):
            show_code(self.page, self.product, person.phone, before)
        self.page.wait_for_url(lambda url: "/signin" not in url)
        for cookie in self.page.context.cookies():
            if cookie["name"].endswith("okpay_device"):
                _DEVICES[person.email] = cookie["name"], cookie["value"]

    def register(self, person: Player, start: str = "/signup") -> None:
        """Register, follow the link in the mail, and type the code of the SMS."""
        self.go(start)
        self.page.fill("[name=name]", person.name)
        self.page.fill("[name=phone]", person.phone.removeprefix("+86"))
        self.page.fill("[name=email]", person.email)
        self.page.fill("[name=password1]", person.password)
        self.page.check("[name=adult]")
        self.submit("main form:has([name=adult])")
        self.arrive(r"/signup/mail$")
        link = re.search(r"http\S+/signup/mail/\S+", self.letter("mail", person.email))
        assert link is not None
        self.page.goto(link[0])
        self.submit()
        self.arrive(r"/signup/phone")
        code = re.search(r"\b\d{6}\b", self.letter("sms", person.phone))
        assert code is not None
        self.page.fill("[name=code]", code[0])
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/signup" not in url)

    def letter(self, channel: str, to: str, having: str = "") -> str:
        """Return the newest text in the sandbox's mailbox or phone of somebody."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            address = f"{self.product.sandbox}/{channel}/v1/messages"
            found = httpx.get(address, params={"to": to}, timeout=30).json()["data"]
            texts = [str(one["text"]) for one in found if having in str(one["text"])]
            if texts:
                return texts[0]
            time.sleep(0.2)
        message = f"no {channel} to {to} with {having!r} within {PATIENCE} s"
        raise AssertionError(message)

    def set_pin(self, pin: str) -> None:
        """Set the payment password."""
        self.go("/security/payment-password")
        self.page.fill("[name=new_pin]", pin)
        self.page.fill("[name=again]", pin)
        self.page.keyboard.press("Enter")
        self.arrive(r"/security$")

    # ---- money ----

    def top_up(self, amount: str) -> None:
        """Top up by a test card on the acquirer's own page."""
        self.go("/topup")
        self.page.fill("[name=amount]", amount)
        self.page.keyboard.press("Enter")
        self.arrive(r"/acquirer/pay/")
        for name, value in CARD.items():
            self.page.fill(f"[name={name}]", value)
        self.page.locator("button[data-once]").click()
        self.arrive(r"/topup/tup_")

    def choose(self, alias: str) -> None:
        """Choose a payee by e-mail or phone."""
        self.go("/transfer")
        self.page.fill("[name=payee]", alias)
        self.page.keyboard.press("Enter")
        self.arrive(r"/amount$")

    def type_in(self, amount: str, memo: str = "") -> None:
        """Enter the amount and send it."""
        self.page.fill("[name=amount]", amount)
        self.page.fill("[name=memo]", memo)
        self.page.keyboard.press("Enter")

    def enter(self, amount: str, memo: str = "") -> None:
        """Enter the amount and go to the confirmation."""
        self.type_in(amount, memo)
        self.arrive(r"/confirm$")

    def to_password(self) -> None:
        """Open the sheet with the six boxes."""
        self.page.locator("[data-open=password]").click()
        expect(self.page.locator("#password [data-pin]")).to_be_focused()

    def confirm(self, pin: str) -> None:
        """Type the payment password; the sixth digit sends it."""
        self.to_password()
        self.page.keyboard.type(pin)

    def pay(self, alias: str, amount: str, pin: str, memo: str = "") -> str:
        """Walk a whole transfer; return the record's number."""
        self.choose(alias)
        self.enter(amount, memo)
        self.confirm(pin)
        self.arrive(r"/transfers/trf_")
        return self.page.url.rsplit("/", 1)[1]

    def balance(self) -> str:
        """Return the available balance as home shows it: `463.50`."""
        self.go("/")
        text = self.page.locator("#balance .veil__v .money--xl").inner_text()
        return re.sub(r"[^\d.]", "", text)

    def records(self) -> list[str]:
        """Return the numbers of the newest records, newest first."""
        self.go("/records")
        rows = self.page.locator("#months a.row")
        return [str(row.get_attribute("href")).rsplit("/", 1)[1] for row in rows.all()]


def codes_sent(product: LiveProduct, phone: str) -> int:
    """Count the codes for signing in that this phone has got."""
    return len(_codes(product, phone))


def _codes(product: LiveProduct, phone: str) -> list[str]:
    address = f"{product.sandbox}/sms/v1/messages"
    found = httpx.get(address, params={"to": phone, "limit": 50}, timeout=30).json()["data"]
    return [str(one["text"]) for one in found if one["purpose"] == "sign_in"]


def show_code(page: Page, product: LiveProduct, phone: str, before: int) -> None:
    """Type the code that came after the `before` earlier ones, and send it."""
    until = time.monotonic() + PATIENCE
    while len(texts := _codes(product, phone)) <= before:
        assert time.monotonic() < until, f"no code for {phone} within {PATIENCE} s"
        time.sleep(0.2)
    found = re.search(r"\b\d{6}\b", texts[0])
    assert found is not None, texts
    page.fill("[name=code]", found[0])
    page.keyboard.press("Enter")


def is_payment(request: Request) -> bool:
    """Whether this request is the one that pays."""
    return request.method == "POST" and request.url.endswith("/confirm")
