"""Webhooks of the sandbox acquirer: Standard Webhooks 1.0.0, judged on the raw bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from okpay.funding.errors import BadSignatureError, RetryableAcquirerError
from okpay.funding.schemas import Card, Delivery, Report, ReportState

if TYPE_CHECKING:
    from collections.abc import Mapping


def read(raw: bytes, headers: Mapping[str, str], secret: str) -> Delivery:
    """Check signature and age (five minutes either way) and read the report.

    Raises:
        BadSignatureError: anything about the signature, the headers or the bytes is wrong.
    """
    wanted = {name.lower(): value for name, value in headers.items()}
    try:
        Webhook(secret).verify(raw, wanted, json_parse=False)
        body = json.loads(raw)
        return Delivery(wanted["webhook-id"], report_of(body["data"]))
    except (WebhookVerificationError, ValueError, KeyError, TypeError) as error:
        raise BadSignatureError(type(error).__name__) from error
    except RetryableAcquirerError as error:
        raise BadSignatureError("malformed") from error


def report_of(data: dict[str, Any]) -> Report:
    """Read the acquirer's view of a payment.

    Raises:
        RetryableAcquirerError: it is not in the agreed form.
    """
    try:
        card = data.get("card")
        return Report(
            provider_id=str(data["id"]),
            reference=str(data["reference"]),
            state=ReportState(data["state"]),
            amount=str(data["amount"]["amount"]),
            currency=str(data["amount"]["currency"]),
            decline_code=str(data.get("decline_code", ""))[:40],
            card=Card(*(str(card[part]) for part in ("brand", "last4", "expiry")))
            if card
            else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RetryableAcquirerError("the answer is not in the agreed form") from error
