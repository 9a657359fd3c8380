"""What tests of top-ups do again and again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from standardwebhooks.webhooks import Webhook

from okpay.funding import operations
from okpay.funding.models import Anomaly, TopUp
from okpay.funding.schemas import TopUpView
from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.kernel.money import asset_of, parse_amount
from okpay.wallets.queries import balances
from tests.support.box import Box
from tests.support.people import Somebody

HOOK = "/hooks/acquirer"


def begin(person: Somebody, amount: str = "100.00", code: str = "CNY", key: str = "") -> TopUpView:
    """Begin a top-up."""
    return operations.start_top_up(
        actor=person.actor,
        money=parse_amount(amount, asset_of(code)),
        client_key=key or str(new_uuid()),
        now=clock.now(),
    )


def paid(box: Box, person: Somebody, amount: str = "100.00") -> TopUpView:
    """Begin a top-up and pay it at the acquirer, which for now keeps that to itself."""
    view = begin(person, amount)
    box.pay(view.hosted_url)
    return view


def state_of(view: TopUpView) -> str:
    """Return the state in the database."""
    return TopUp.objects.values_list("state", flat=True).get(pk=view.id)


def balance(person: Somebody, code: str = "CNY") -> int:
    """Return what the person has in the smallest unit."""
    return sum(one.posted.minor for one in balances(person.id) if one.asset.code == code)


def anomalies(view: TopUpView) -> list[str]:
    """Return the kinds of what did not fit about a top-up."""
    return list(Anomaly.objects.filter(top_up=view.id).values_list("kind", flat=True))


def event(view: TopUpView, state: str = "succeeded", **changed: Any) -> dict[str, Any]:
    """Return the body of a webhook about a top-up."""
    top_up = TopUp.objects.get(pk=view.id)
    data = {
        "id": top_up.provider_id,
        "reference": view.public_id,
        "state": state,
        "amount": {"amount": view.money.decimal_string(), "currency": view.money.asset.code},
        "decline_code": "generic_decline" if state == "declined" else "",
        "card": {"brand": "visa", "last4": "4242", "expiry": "12/39"},
        "hosted_url": "",
        **changed,
    }
    return {"type": f"payment.{state}", "timestamp": "2026-11-21T00:00:00Z", "data": data}


def signed(
    body: bytes, *, webhook_id: str = "", age: float = 0, secret: str = ""
) -> dict[str, str]:
    """Return the headers that the acquirer would send; `age` in seconds."""
    at = datetime.now(UTC) - timedelta(seconds=age)
    name = webhook_id or f"evt_{new_uuid().hex}"
    signature = Webhook(secret or settings.OKPAY_ACQUIRER_SECRET).sign(name, at, body.decode())
    return {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }


def post(body: bytes, headers: dict[str, str]) -> HttpResponse:
    """Deliver bytes to the hook, as a stranger without cookies."""
    client = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    return cast(
        "HttpResponse",
        client.post(HOOK, data=body, content_type="application/json", headers=headers),
    )


def deliver(told: dict[str, Any], **options: Any) -> int:
    """Sign and deliver an event; return the status."""
    body = json.dumps(told).encode()
    return post(body, signed(body, **options)).status_code
