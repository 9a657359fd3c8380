"""Lists of payments as programs send them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.api.conftest import Api, Holder


def line(reference: object, who: Holder | dict[str, str], amount: str = "1.00") -> dict[str, Any]:
    payee = who if isinstance(who, dict) else {"id": who.public_id}
    return {"reference": str(reference), "payee": payee, "amount": amount, "currency": "CNY"}


def post(api: Api, who: Holder, *lines: dict[str, Any], key: str = "", **more: Any) -> Any:
    body = {"lines": list(lines), **more}
    return api.send("POST", "/v1/payouts", who=who, key=key or str(uuid4()), body=body)


def csv_of(*rows: str) -> bytes:
    return "\r\n".join(["reference,payee,amount,currency,memo", *rows, ""]).encode()


def send_csv(api: Api, who: Holder, data: bytes, kind: str = "text/csv", key: str = "") -> Any:
    return api.send(
        "POST", "/v1/payouts", who=who, key=key or str(uuid4()), raw=data,
        headers={"content-type": kind},
    )  # fmt: skip


def lines_of(api: Api, who: Holder, payout: str, query: str = "limit=1000") -> list[dict[str, Any]]:
    answer = api.send("GET", f"/v1/payouts/{payout}/lines?{query}", who=who)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["data"])
