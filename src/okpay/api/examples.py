"""One example for every endpoint. Tests send them to a running application.

In a request, `{payee}` and `{id}` stand for an e-mail and an id that the reader fills in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Example:
    """What to send, and what comes back."""

    answer: dict[str, Any] | None
    body: dict[str, Any] | None = None
    query: str = ""


def money(amount: str, currency: str = "CNY") -> dict[str, str]:
    """Write money as the API does."""
    return {"amount": amount, "currency": currency}


def page(*rows: dict[str, Any]) -> dict[str, Any]:
    """Write a list that ends here."""
    return {"data": list(rows), "has_more": False, "next_cursor": None}


AT: Final = "2026-11-21T08:30:00Z"
ID: Final = "01jd4z8q0r3t5v7x9yabcdefgh"
MESSAGE: Final = {
    "id": f"msg_{ID}",
    "code": "transfer_received",
    "category": "transactions",
    "title": "Money received",
    "body": "A***e sent you ¥36.50.",
    "created_at": AT,
    "read": False,
}

RECORD: Final = {
    "id": f"trf_{ID}",
    "type": "transfer",
    "direction": "out",
    "status": "completed",
    "amount": money("36.50"),
    "fee": money("0.00"),
    "counterparty": {"id": f"cus_{ID}", "name_masked": "B*b"},
    "memo": "Lunch",
    "created_at": AT,
    "completed_at": AT,
}
TOP_UP: Final = {
    "id": f"tup_{ID}",
    "type": "top_up",
    "status": "redirected",
    "amount": money("100.00"),
    "fee": money("0.00"),
    "total": money("100.00"),
    "source": "",
    "decline_code": "",
    "card_page": "http://localhost:8002/acquirer/pay/cs_1",
    "created_at": AT,
    "finished_at": None,
}

EXAMPLES: Final[dict[str, Example]] = {
    "read_me": Example(
        {
            "id": f"cus_{ID}",
            "name": "Alice",
            "email": "alice@okpay.example",
            "phone": "+8613800138000",
            "language": "en",
            "region": "CN",
            "level": 0,
            "frozen": False,
            "created_at": AT,
            "token": {
                "id": f"tok_{ID}",
                "name": "shop",
                "scopes": ["wallet:read"],
                "expires_at": "2027-11-21T08:30:00Z",
            },
        }
    ),
    "list_balances": Example(
        {
            "data": [
                {
                    "currency": "CNY",
                    "posted": money("120.00"),
                    "held": money("20.00"),
                    "available": money("100.00"),
                    "outgoing_left_today": money("5000.00"),
                }
            ]
        }
    ),
    "list_records": Example(
        page(RECORD), query="limit=20&direction=out&created[gte]=2026-11-01T00:00:00Z"
    ),
    "read_record": Example(
        {
            **RECORD,
            "counterparty_address_masked": "b***b@okpay.example",
            "sequence": 7,
            "balance_after": money("83.50"),
            "timeline": [
                {"code": "confirmed", "at": AT, "state": "done"},
                {"code": "booked", "at": AT, "state": "done"},
                {"code": "arrived", "at": AT, "state": "done"},
            ],
        }
    ),
    "create_topup": Example(TOP_UP, body={"amount": "100.00", "currency": "CNY"}),
    "list_topups": Example(page(TOP_UP), query="limit=10"),
    "read_topup": Example(TOP_UP),
    "list_messages": Example(page(MESSAGE), query="limit=10"),
    "read_message": Example({**MESSAGE, "read": True}),
    "list_codes": Example(
        {
            "data": [
                {
                    "code": "insufficient_funds",
                    "status": 422,
                    "title": "The balance is not enough",
                    "detail": "You are %(short)s %(currency)s short. Nothing was charged.",
                    "cause": "The amount and its fee are more than the available balance.",
                    "remedy": "Top up, or pay a smaller amount.",
                    "doc_url": "http://localhost:8000/help/codes/insufficient_funds",
                }
            ]
        }
    ),
    "live": Example({"status": "ok"}),
    "ready": Example({"status": "ok"}),
}
