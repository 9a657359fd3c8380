"""Signed webhooks to the wallet, retried on a schedule, one after another."""

from __future__ import annotations

import asyncio
import logging
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import httpx
import msgspec
from standardwebhooks.webhooks import Webhook

from okpay.config.secrets import secret
from okpay.sandbox import faults
from okpay.sandbox.store import store

if TYPE_CHECKING:
    from okpay.sandbox.schemas import PaymentAnswer
    from okpay.sandbox.store import Row

log = logging.getLogger(__name__)
SCHEDULE: Final = (0, 5, 30, 300, 1_800, 7_200)  # seconds before each try
TIMEOUT: Final = httpx.Timeout(10, connect=3)
LEASE: Final = 30  # seconds after which a try whose sender died is anybody's again
LATE: Final = 20
BATCH: Final = 20
IDLE: Final = 15.0  # seconds between looks when nobody rings
RING: Final = asyncio.Event()


def _now() -> float:
    """Real time: a signature is judged by it, and a moved clock must not flush the schedule."""
    return datetime.now(UTC).timestamp()


def enqueue(row: Row, answer: PaymentAnswer) -> None:
    """Remember that the wallet is to be told, with the faults in force."""
    mode = faults.current().webhook
    data = {"type": f"payment.{answer.state}", "data": msgspec.to_builtins(answer)}
    data["timestamp"] = datetime.now(UTC).isoformat()
    webhook_id = f"evt_{secrets.token_hex(12)}"
    for _copy in range(3 if mode == "duplicate" else 1):
        store().write(
            "INSERT INTO deliveries (webhook_id, payment_id, url, body, next_at, state)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            *(webhook_id, row["id"], row["webhook_url"], msgspec.json.encode(data).decode()),
            *(_now() + (LATE if mode == "late" else 0), "lost" if mode == "lose" else "due"),
        )
    RING.set()


def recent(limit: int = 20) -> list[Row]:
    """Return the latest deliveries."""
    return store().rows("SELECT * FROM deliveries ORDER BY number DESC LIMIT ?", limit)


def signed(webhook_id: str, body: str, moment: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks 1.0.0."""
    return {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret("acquirer_webhook")).sign(webhook_id, moment, body),
    }


def claimed(row: Row) -> bool:
    """Whether this try is ours: two boxes on one memory never send the same one both."""
    taken = store().write(
        "UPDATE deliveries SET next_at = ? WHERE number = ? AND state = 'due' AND next_at = ?",
        *(_now() + LEASE, row["number"], row["next_at"]),
    )
    return taken == 1


async def _send(client: httpx.AsyncClient, row: Row) -> None:
    headers = signed(row["webhook_id"], row["body"], datetime.now(UTC))
    try:
        answer = await client.post(row["url"], content=row["body"].encode(), headers=headers)
        word, done = f"HTTP {answer.status_code}", answer.is_success
    except httpx.HTTPError as error:
        word, done = type(error).__name__, False
    attempts = row["attempts"] + 1
    state = "sent" if done else "due" if attempts < len(SCHEDULE) else "dead"
    wait = SCHEDULE[min(attempts, len(SCHEDULE) - 1)]
    store().write(
        "UPDATE deliveries SET attempts = ?, state = ?, answer = ?, next_at = ? WHERE number = ?",
        *(attempts, state, word, _now() + wait, row["number"]),
    )


async def send_due(client: httpx.AsyncClient) -> None:
    """Send what is due now."""
    due = store().rows(
        "SELECT * FROM deliveries WHERE state = 'due' AND next_at <= ? ORDER BY number LIMIT ?",
        *(_now(), BATCH),
    )
    for row in due:
        if claimed(row):
            await _send(client, row)


def _pause() -> float:
    row = store().row("SELECT min(next_at) AS at FROM deliveries WHERE state = 'due'")
    if not row or row["at"] is None:
        return IDLE
    return min(IDLE, max(0.05, float(row["at"]) - _now()))


async def run() -> None:
    """Send webhooks until cancelled; sleeps until the next is due or a new one comes in."""
    async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False) as client:
        while True:
            RING.clear()
            try:
                await send_due(client)
            except Exception:  # one bad row must not end all sending
                log.exception("webhooks could not be sent")
                await asyncio.sleep(1)
            try:
                await asyncio.wait_for(RING.wait(), _pause())
            except TimeoutError:
                continue
