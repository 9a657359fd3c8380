"""Customers of journeys: invented, registered by hand in a browser, or already there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx

from tests.journeys import steps_boxes
from tests.support.people import PASSWORD, PIN

if TYPE_CHECKING:
    from tests.journeys.steps_walking import Walker, Way
    from tests.support.product import LiveProduct

NAMES: Final = {"zh": "周晓宁", "en": "Lin Yue"}


@dataclass(frozen=True)
class Customer:
    """A person and what they know. `phone` is written as people of their region write it."""

    name: str
    email: str
    phone: str
    password: str = PASSWORD
    pin: str = PIN

    @property
    def e164(self) -> str:
        """The phone as messages name it."""
        return f"+86{self.phone}"


def invented(way: Way) -> Customer:
    """Invent somebody whom nobody knows yet."""
    number = secrets.randbelow(10**8)
    return Customer(NAMES[way.language], f"j{number:08d}@people.example", f"137{number:08d}")


def fill_registration(walker: Walker, customer: Customer) -> None:
    """Fill in the registration form, without sending it."""
    walker.fills(
        name=customer.name,
        phone=customer.phone,
        email=customer.email,
        password1=customer.password,
    )
    walker.page.check("main [name=adult]")


def mail_link(product: LiveProduct, customer: Customer) -> str:
    """Wait for the registration's mail and return its link."""
    letter = steps_boxes.arrived(product, "mail", customer.email, holding="/signup/mail/")
    return steps_boxes.link_in(letter)


def sms_code(
    product: LiveProduct, customer: Customer, purpose: str = "phone", count: int = 1
) -> str:
    """Wait for the `count`th text message of a purpose and return its code."""
    message = steps_boxes.arrived(product, "sms", customer.e164, purpose=purpose, count=count)
    return steps_boxes.code_in(message)


def at_the_phone_step(walker: Walker, customer: Customer) -> None:
    """Bring the walker's browser to where the code by SMS is asked for, without its screens."""
    with _client(walker) as client:
        _registered_up_to_the_phone(walker.product, client, customer)
        _hand_over(client, walker)
    walker.go("/signup/phone")


def enrolled(walker: Walker, *, pin: bool = True) -> Customer:
    """Register somebody new without the screens; the walker's browser is signed in as them."""
    customer = invented(walker.way)
    with _client(walker) as client:
        _registered_up_to_the_phone(walker.product, client, customer)
        code = sms_code(walker.product, customer)
        _post(client, "/signup/phone", action="verify", code=code)
        if pin:
            path = "/security/payment-password"
            _post(client, path, new_pin=customer.pin, again=customer.pin)
        assert client.get("/me").status_code == httpx.codes.OK
        _hand_over(client, walker)
    return customer


def signs_in(walker: Walker, alias: str, password: str) -> None:
    """Sign in at the page for it."""
    walker.go("/signin")
    walker.fills(login=alias, password=password)
    walker.sends("Sign in")


def is_signed_out(walker: Walker) -> None:
    """Check that this browser gets nowhere without signing in again."""
    walker.go("/me")
    walker.is_at("/signin")


def _registered_up_to_the_phone(
    product: LiveProduct, client: httpx.Client, customer: Customer
) -> None:
    _post(
        client,
        "/signup",
        name=customer.name,
        region="CN",
        phone=customer.phone,
        email=customer.email,
        password1=customer.password,
        adult="on",
    )
    _post(client, urlsplit(mail_link(product, customer)).path)


def _client(walker: Walker) -> httpx.Client:
    return httpx.Client(
        base_url=walker.product.web,
        follow_redirects=True,
        timeout=30,
        headers={"Accept-Language": walker.way.locale},
    )


def _post(client: httpx.Client, path: str, **form: str) -> None:
    client.get(path).raise_for_status()
    token = client.cookies.get("okpay_csrf", "")
    headers = {"Referer": f"{client.base_url}{path}"}
    answer = client.post(path, data={**form, "csrfmiddlewaretoken": token}, headers=headers)
    answer.raise_for_status()


def _hand_over(client: httpx.Client, walker: Walker) -> None:
    """Give the browser the cookies that the client has got."""
    walker.context.add_cookies(
        [
            {"name": one.name, "value": one.value or "", "url": walker.product.web}
            for one in client.cookies.jar
        ]
    )
