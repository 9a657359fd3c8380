"""The acquirer's payments. A card's number and code pass through here and are never kept."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec

from okpay.config.env import ENV
from okpay.sandbox import clock, deliveries, faults
from okpay.sandbox.cards import CODE, CardFormError, TestCard
from okpay.sandbox.schemas import Amount, CardShown, NewPayment, PaymentAnswer
from okpay.sandbox.store import store

if TYPE_CHECKING:
    from okpay.sandbox.store import Row

LIFETIME: Final = 30 * 60  # seconds an open card page lives
WRONG_CODES: Final = 3
FINAL: Final = frozenset({"succeeded", "declined", "canceled"})


class ReferenceReusedError(ValueError):
    """The same reference came with other contents."""


def create(wish: NewPayment) -> Row:
    """Open a payment, or return the one that this reference opened before.

    Raises:
        ReferenceReusedError: the reference is known with another amount or address.
    """
    body = msgspec.json.encode(wish).decode()
    store().write(
        "INSERT OR IGNORE INTO payments (id, reference, body, amount, currency, merchant, language,"
        " return_url, webhook_url, created_at, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
        *(f"acq_{secrets.token_hex(16)}", wish.reference, body, wish.amount.amount),
        *(wish.amount.currency, wish.merchant, wish.language, wish.return_url),
        *(wish.webhook_url, clock.now()),
    )
    found = by_reference(wish.reference)
    if found is None or found["body"] != body:
        raise ReferenceReusedError
    return found


def find(payment_id: str) -> Row | None:
    """Return a payment as it stands now; time closes an abandoned one and resolves an unknown."""
    row = store().row("SELECT * FROM payments WHERE id = ?", payment_id)
    return _settled_by_time(row) if row else None


def by_reference(reference: str) -> Row | None:
    """Return the payment that a reference opened."""
    row = store().row("SELECT * FROM payments WHERE reference = ?", reference)
    return _settled_by_time(row) if row else None


def recent(limit: int = 30) -> list[Row]:
    """Return the latest payments."""
    return store().rows("SELECT * FROM payments ORDER BY created_at DESC LIMIT ?", limit)


def _settled_by_time(row: Row) -> Row:
    now = clock.now()
    if row["state"] == "processing" and now >= row["resolves_at"]:
        ends = faults.current().unknown_ends
        return _set(row, ends, "processing_error" if ends == "declined" else "")
    if row["state"] in {"open", "challenge"} and now >= row["created_at"] + LIFETIME:
        return _set(row, "canceled")
    return row


def _set(row: Row, state: str, decline_code: str = "") -> Row:
    """Write a state; a final one never changes again."""
    store().write(
        "UPDATE payments SET state = ?, decline_code = ? WHERE id = ?"
        " AND state NOT IN ('succeeded', 'declined', 'canceled')",
        *(state, decline_code, row["id"]),
    )
    return store().row("SELECT * FROM payments WHERE id = ?", row["id"]) or row


def _finish(row: Row, state: str, decline_code: str = "") -> Row:
    """End a payment and tell the wallet."""
    ended = _set(row, state, decline_code)
    deliveries.enqueue(ended, answer(ended))
    return ended


def charge(row: Row, digits: str, card: TestCard, expiry: str) -> Row:
    """Charge the card of an open payment; only brand, last four and expiry are kept."""
    taken = store().write(
        "UPDATE payments SET brand = ?, last4 = ?, expiry = ?, state = 'charging'"
        " WHERE id = ? AND state = 'open'",
        *(card.brand, digits[-4:], expiry, row["id"]),
    )
    row = store().row("SELECT * FROM payments WHERE id = ?", row["id"]) or row
    if not taken:
        return row
    if card.outcome == "challenge":
        return _set(row, "challenge")
    if card.outcome == "unknown":
        return _lose_answer(row)
    return _finish(
        row, "succeeded" if card.outcome == "approved" else "declined", card.decline_code
    )


def _lose_answer(row: Row) -> Row:
    """The issuer does not answer: the truth is known later, and only to who asks."""
    resolves_at = clock.now() + faults.current().unknown_seconds
    store().write("UPDATE payments SET resolves_at = ? WHERE id = ?", resolves_at, row["id"])
    return _set(row, "processing")


def confirm(row: Row, code: str) -> Row:
    """Check the bank's one-time code of a payment that asks for it.

    Raises:
        CardFormError: `wrong_code`, with tries left; the third wrong one declines instead.
    """
    if row["state"] != "challenge":
        return row
    if secrets.compare_digest(code.strip().encode(), CODE.encode()):
        return _finish(row, "succeeded")
    store().write("UPDATE payments SET tries = tries + 1 WHERE id = ?", row["id"])
    if row["tries"] + 1 >= WRONG_CODES:
        return _finish(row, "declined", "authentication_failed")
    raise CardFormError("code", "wrong_code")


def cancel(row: Row) -> Row:
    """Give up an open payment, as the payer wished."""
    return _finish(row, "canceled") if row["state"] in {"open", "challenge"} else row


def answer(row: Row) -> PaymentAnswer:
    """Say what a wallet may know."""
    known = str(row["state"])
    state = {"challenge": "open", "charging": "processing"}.get(known, known)
    shown = CardShown(row["brand"], row["last4"], row["expiry"]) if row["last4"] else None
    return PaymentAnswer(
        id=row["id"],
        reference=row["reference"],
        state=state,
        amount=Amount(amount=row["amount"], currency=row["currency"]),
        decline_code=row["decline_code"],
        card=shown,
        hosted_url=f"{ENV.sandbox_url}/acquirer/pay/{row['id']}",
    )


def this_month() -> tuple[int, int]:
    """Return year and month, against which an expiry date is checked."""
    moment: datetime = clock.moment()
    return moment.year, moment.month
