"""The acquirer's own pages: the hosted card page, the bank's code, the desk of payments."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from okpay.kernel.pan import mask_card_numbers
from okpay.sandbox import cards, deliveries, faults, payments
from okpay.sandbox.cards import BRANDS, CardFormError
from okpay.sandbox.pages import origin, page
from okpay.sandbox.schemas import Faults
from okpay.sandbox.store import Row

Any_Request = Request[Any, Any, Any]
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "JPY": "¥", "HKD": "HK$", "KWD": "KD"}
LONGEST = 100


def _found(payment_id: str) -> Row:
    row = payments.find(payment_id)
    if row is None:
        raise NotFoundException
    return row


def _answer(
    request: Any_Request, row: Row, error: CardFormError | None = None, **typed: str
) -> Response[str]:
    """Draw the page that fits the payment's state."""
    template = {"open": "card.html", "challenge": "challenge.html"}.get(row["state"], "ended.html")
    return page(
        request,
        template,
        status=HTTP_422_UNPROCESSABLE_ENTITY if error else 200,
        language=row["language"],
        form_action=origin(row["return_url"]),
        row=row,
        error=error,
        typed=typed,
        symbol=SYMBOLS.get(row["currency"], ""),
        brands=BRANDS,
        cards=cards.TEST_CARDS,
        tries_left=payments.WRONG_CODES - row["tries"],
    )


def _onward(row: Row) -> Redirect:
    """Send the payer on: to the bank's code, or back to the wallet."""
    inside = row["state"] in {"open", "challenge"}
    target = f"/acquirer/pay/{row['id']}" if inside else row["return_url"]
    return Redirect(target, status_code=HTTP_303_SEE_OTHER)


@get("/pay/{payment_id:str}", sync_to_thread=False)
def card_page(request: Any_Request, payment_id: str) -> Response[str]:
    """Show the card page, the code page, or how it ended."""
    return _answer(request, _found(payment_id))


@post("/pay/{payment_id:str}")
async def pay(request: Any_Request, payment_id: str) -> Response[str] | Redirect:
    """Take the card. Number and code are checked, used and forgotten here."""
    row = _found(payment_id)
    form = {key: str(value)[:LONGEST] for key, value in (await request.form()).items()}
    name = form.get("name", "")
    try:
        digits, card = cards.read_number(form.get("number", ""))
        expiry = cards.read_expiry(form.get("expiry", ""), *payments.this_month())
        cards.check_cvc(form.get("cvc", ""))
        cards.check_name(name)
    except CardFormError as error:
        shown = {key: mask_card_numbers(form.get(key, "")) for key in ("name", "expiry")}
        return _answer(request, row, error, **shown)
    return _onward(payments.charge(row, digits, card, expiry))


@post("/pay/{payment_id:str}/code")
async def code(request: Any_Request, payment_id: str) -> Response[str] | Redirect:
    """Take the bank's one-time code."""
    typed = str((await request.form()).get("code", ""))[:LONGEST]
    try:
        return _onward(payments.confirm(_found(payment_id), typed))
    except CardFormError as error:
        return _answer(request, _found(payment_id), error)


@post("/pay/{payment_id:str}/cancel", sync_to_thread=False)
def cancel(payment_id: str) -> Redirect:
    """Give up and go back."""
    return _onward(payments.cancel(_found(payment_id)))


@get("/", sync_to_thread=False)
def desk(request: Any_Request) -> Response[str]:
    """Show the acquirer's desk: payments, webhooks, faults."""
    return page(
        request,
        "acquirer.html",
        tab="acquirer",
        payments=payments.recent(),
        deliveries=deliveries.recent(),
        current=faults.current(),
        words=faults,
    )


@post("/faults")
async def set_faults(request: Any_Request) -> Redirect:
    """Change the faults from the desk."""
    form = await request.form()
    delay = str(form.get("delay_ms", "0"))
    faults.change(
        Faults(
            api=str(form.get("api", "ok")),
            webhook=str(form.get("webhook", "ok")),
            delay_ms=min(int(delay), 30_000) if delay.isascii() and delay.isdigit() else 0,
            unknown_ends=str(form.get("unknown_ends", "succeeded")),
        )
    )
    return Redirect("/acquirer", status_code=HTTP_303_SEE_OTHER)


ROUTER = Router(path="/acquirer", route_handlers=[card_page, pay, code, cancel, desk, set_faults])
