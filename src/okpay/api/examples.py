"""One example for every endpoint. Tests send them to a running application.

Bob stands for somebody to pay, and the ids for ids of the caller's own.
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
LINE: Final = {
    "id": f"trf_{ID}",
    "type": "transfer",
    "status": "completed",
    "direction": "out",
    "amount": money("36.50"),
    "fee": money("0.00"),
    "payee": {"id": f"cus_{ID}", "name_masked": "B*b"},
    "payer": None,
    "memo": "Lunch",
    "created_at": AT,
    "completed_at": AT,
}
TRANSFER: Final = {**LINE, "pending": None, "arrives_at": None, "balance_after": money("83.50")}
CANCELED: Final = {**TRANSFER, "status": "canceled", "completed_at": None}
CLAIMED: Final = {
    **TRANSFER,
    "direction": "in",
    "payee": None,
    "payer": {"id": f"cus_{ID}", "name_masked": "A***e"},
}
DECLINED: Final = {**CLAIMED, "status": "declined", "completed_at": None, "balance_after": None}
PAYEE: Final = {
    "id": f"pye_{ID}",
    "person_id": f"cus_{ID}",
    "name_masked": "B*b",
    "nickname": "Bobby",
    "address": "bob@okpay.example",
}
REQUEST: Final = {
    "id": f"req_{ID}",
    "type": "money_request",
    "status": "open",
    "direction": "out",
    "other_name_masked": "B*b",
    "amount": money("12.00"),
    "memo": "Cinema",
    "transfer": None,
    "created_at": AT,
    "expires_at": "2026-11-28T08:30:00Z",
}
REFUND: Final = {
    "id": f"rfd_{ID}",
    "type": "refund",
    "status": "completed",
    "payment": f"trf_{ID}",
    "direction": "out",
    "amount": money("0.50"),
    "payee": {"id": f"cus_{ID}", "name_masked": "B*b"},
    "payer": None,
    "memo": "Too much",
    "created_at": AT,
    "balance_after": money("83.00"),
}
BOB: Final = {"email": "bob@okpay.example"}
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

PAYOUT: Final = {
    "id": f"pyt_{ID}",
    "type": "payout",
    "status": "done",
    "title": "Salaries November",
    "on_unknown_payee": "refuse",
    "count": 2,
    "settled": 2,
    "done": 1,
    "refused": 1,
    "totals": [
        {
            "currency": "CNY",
            "lines": 2,
            "amount": money("1036.50"),
            "fee": money("0.00"),
            "done_lines": 1,
            "done_amount": money("36.50"),
        }
    ],
    "created_at": AT,
    "finished_at": AT,
}
PAYOUT_LINE: Final = {
    "number": 1,
    "reference": "SAL-001",
    "outcome": "done",
    "amount": money("36.50"),
    "fee": money("0.00"),
    "memo": "November",
    "payee": {"id": f"cus_{ID}", "name_masked": "B*b"},
    "transfer": f"trf_{ID}",
    "status": "completed",
    "error": None,
}
REFUSED_LINE: Final = {
    **PAYOUT_LINE,
    "number": 2,
    "reference": "SAL-002",
    "outcome": "refused",
    "amount": money("1000.00"),
    "memo": "",
    "payee": None,
    "transfer": None,
    "status": None,
    "error": {
        "code": "insufficient_funds",
        "title": "The balance is not enough",
        "detail": "You are ¥936.50 short. Nothing was charged.",
        "doc_url": "http://localhost:8000/help/codes/insufficient_funds",
    },
}
NEW_PAYOUT: Final = {
    "title": "Salaries November",
    "lines": [
        {
            "reference": "SAL-001",
            "payee": BOB,
            "amount": "36.50",
            "currency": "CNY",
            "memo": "November",
        },
        {"reference": "SAL-002", "payee": BOB, "amount": "1000.00", "currency": "CNY"},
    ],
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
            ],
            "as_of": None,
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
    "look_up_person": Example(
        {
            "id": f"cus_{ID}",
            "name_masked": "B*b",
            "address_masked": "b***b@okpay.example",
            "verified": False,
            "first_time": True,
        },
        query="alias=bob@okpay.example",
    ),
    "create_quote": Example(
        {
            "quote": "eyJwYXllciI6…",
            "check_code": "7KQF-2M",
            "payee": {"id": f"cus_{ID}", "name_masked": "B*b"},
            "payee_address_masked": "b***b@okpay.example",
            "first_time": True,
            "verified": False,
            "amount": money("36.50"),
            "fee": money("0.00"),
            "total": money("36.50"),
            "memo": "Lunch",
            "arrival": "instant",
            "will_pend": None,
            "step_up": None,
            "expires_at": "2026-11-21T08:40:00Z",
        },
        body={"payee": BOB, "amount": "36.50", "currency": "CNY", "memo": "Lunch"},
    ),
    "create_transfer": Example(
        TRANSFER,
        body={
            "payee": BOB,
            "amount": "36.50",
            "currency": "CNY",
            "memo": "Lunch",
            "on_unknown_payee": "refuse",
            "arrives": "now",
        },
    ),
    "list_transfers": Example(page(LINE), query="limit=20&direction=out"),
    "read_transfer": Example(TRANSFER),
    "cancel_transfer": Example(CANCELED),
    "claim_transfer": Example(CLAIMED),
    "decline_transfer": Example(DECLINED),
    "watch_transfer": Example(None),
    "create_refund": Example(
        REFUND, body={"amount": "0.50", "currency": "CNY", "memo": "Too much"}
    ),
    "list_refunds": Example(page(REFUND), query="limit=20"),
    "read_refund": Example(REFUND),
    "create_payout": Example(PAYOUT, body=NEW_PAYOUT),
    "list_payouts": Example(page(PAYOUT), query="limit=20"),
    "read_payout": Example(PAYOUT),
    "read_payout_lines": Example(page(PAYOUT_LINE, REFUSED_LINE), query="limit=100"),
    "read_payout_result": Example(None),
    "list_payees": Example(page(PAYEE), query="limit=20"),
    "create_payee": Example(PAYEE, body={"payee": BOB, "nickname": "Bobby"}),
    "read_payee": Example(PAYEE),
    "change_payee": Example({**PAYEE, "nickname": "Rob"}, body={"nickname": "Rob"}),
    "delete_payee": Example(None),
    "create_money_request": Example(
        REQUEST, body={"payer": BOB, "amount": "12.00", "currency": "CNY", "memo": "Cinema"}
    ),
    "list_money_requests": Example(page(REQUEST), query="direction=out"),
    "read_money_request": Example(REQUEST),
    "decline_money_request": Example({**REQUEST, "status": "declined", "direction": "in"}),
    "cancel_money_request": Example({**REQUEST, "status": "canceled"}),
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
                    "detail": "You are %(short)s short. Nothing was charged.",
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
