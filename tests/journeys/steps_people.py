"""Newcomers of journeys: invented, registered by hand in a browser, or already there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx

from tests.journeys import steps_boxes
from tests.journeys.cast import Player, player
from tests.journeys.walking import codes_sent, show_code

if TYPE_CHECKING:
    from tests.journeys.steps_reading import Reader, Way
    from tests.support.product import LiveProduct

NAMES: Final = {"zh": "周晓宁", "en": "Lin Yue"}
LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}


def invented(way: Way) -> Player:
    """Invent somebody whom nobody knows yet."""
    return player(NAMES[way.language], language=LANGUAGES[way.language])


def fill_registration(reader: Reader, customer: Player) -> None:
    """Fill in the registration form, without sending it."""
    reader.fills(
        name=customer.name,
        phone=customer.phone,
        email=customer.email,
        password1=customer.password,
    )
    reader.page.check("main [name=adult]")


def mail_link(product: LiveProduct, customer: Player) -> str:
    """Wait for the registration's mail and return its link."""
    letter = steps_boxes.arrived(product, "mail", customer.email, holding="/signup/mail/")
    return steps_boxes.link_in(letter)


def sms_code(product: LiveProduct, customer: Player, purpose: str = "phone", count: int = 1) -> str:
    """Wait for the `count`th text message of a purpose and return its code."""
    message = steps_boxes.arrived(product, "sms", customer.phone, purpose=purpose, count=count)
    return steps_boxes.code_in(message)


def at_the_phone_step(reader: Reader, customer: Player) -> None:
    """Bring the reader's browser to where the code by SMS is asked for, without its screens."""
    with _client(reader) as client:
        _registered_up_to_the_phone(reader.product, client, customer)
        _hand_over(client, reader)
    reader.go("/signup/phone")


def enrolled(reader: Reader, *, pin: bool = True) -> Player:
    """Register somebody new without the screens; the reader's browser is signed in as them."""
    customer = invented(reader.way)
    with _client(reader) as client:
        _registered_up_to_the_phone(reader.product, client, customer)
        code = sms_code(reader.product, customer)
        _post(client, "/signup/phone", action="verify", code=code)
        if pin:
            path = "/security/payment-password"
            _post(client, path, new_pin=customer.pin, again=customer.pin)
        assert client.get("/me").status_code == httpx.codes.OK
        _hand_over(client, reader)
    return customer


def signs_in(reader: Reader, alias: str, password: str) -> None:
    """Sign in at the page for it, and no more than that."""
    reader.go("/signin")
    reader.fills(login=alias, password=password)
    reader.sends("Sign in")


def signs_in_anew(reader: Reader, alias: str, customer: Player) -> None:
    """Sign in from a browser that is new, with the code that comes by SMS."""
    steps_boxes.advance_clock(reader.product, 61)  # one person gets one code a minute
    before = codes_sent(reader.product, customer.phone)
    signs_in(reader, alias, customer.password)
    reader.is_at("/signin/second")
    reader.look("second-new-device")
    show_code(reader.page, reader.product, customer.phone, before)
    reader.page.wait_for_url(lambda url: "/signin" not in url)


def is_signed_out(reader: Reader) -> None:
    """Check that this browser gets nowhere without signing in again."""
    reader.go("/me")
    reader.is_at("/signin")


def _registered_up_to_the_phone(
    product: LiveProduct, client: httpx.Client, customer: Player
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


def _client(reader: Reader) -> httpx.Client:
    return httpx.Client(
        base_url=reader.product.web,
        follow_redirects=True,
        timeout=30,
        headers={"Accept-Language": reader.way.locale},
    )


def _post(client: httpx.Client, path: str, **form: str) -> None:
    client.get(path).raise_for_status()
    token = client.cookies.get("okpay_csrf", "")
    headers = {"Referer": f"{client.base_url}{path}"}
    answer = client.post(path, data={**form, "csrfmiddlewaretoken": token}, headers=headers)
    answer.raise_for_status()


def _hand_over(client: httpx.Client, reader: Reader) -> None:
    """Give the browser the cookies that the client has got."""
    reader.context.add_cookies(
        [
            {"name": one.name, "value": one.value or "", "url": reader.product.web}
            for one in client.cookies.jar
        ]
    )
