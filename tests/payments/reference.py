"""What the engine must do, said again in the plainest way: one dict each, one command at a time.

Written from the design, not from the engine: no batches, no rows, no sequences, one asset. Every
deed answers: done, or a refusal's code; and the record's state, a place in a group, or "".
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE, DAY_LIMIT, MONTH_LIMIT = ZoneInfo("Asia/Shanghai"), 2_000_000, 20_000_000
Said = tuple[str, str]


def refused(refusals: dict[str, object]) -> Said | None:
    return next(((code.strip(), "") for code, applies in refusals.items() if applies), None)


@dataclass
class Waiting:
    payer: str
    payee: str  # or the address that somebody may claim it by
    amount: int
    until: datetime
    bought: bool
    state: str = "pending"
    taken: int = 0


@dataclass
class Reference:
    money: dict[str, int] = field(default_factory=dict)  # "" is the house and the outside world
    frozen: set[str] = field(default_factory=set)
    spent: list[tuple[str, date, int, str]] = field(default_factory=list)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    arrived: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # payer, payee, rest
    said: dict[tuple[str, ...], tuple[str, Said]] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)

    def held(self, person: str) -> int:
        mine = [one for one in self.waiting.values() if one.payer == person]
        return sum(one.amount for one in mine if one.state == "pending")

    def stayed(self, record: str, amount: int) -> int:
        one = self.waiting.get(record)
        return amount if one is None or one.state == "pending" else one.taken

    def left(self, person: str, now: datetime) -> tuple[int, int]:  # this day, this month
        today = now.astimezone(ZONE).date()
        mine = [(at, self.stayed(rec, n)) for who, at, n, rec in self.spent if who == person]
        month = sum(n for at, n in mine if (at.year, at.month) == (today.year, today.month))
        return sum(n for at, n in mine if at == today), month

    def once(self, key: tuple[str, ...], body: str, deed: Callable[[], Said], keep: object) -> Said:
        if key in self.said:
            kept, before = self.said[key]
            return before if kept == body else ("idempotency_key_reused", "")
        said = deed()
        if said[0] == "done" or keep:
            self.said[key] = (body, said)
        return said

    def pay(
        self, payer: str, payee: str, amount: int, record: str, now: datetime,
        *, bought: bool = False, until: datetime | None = None,
    ) -> Said:  # fmt: skip
        """Send to a person, or buy: at once, or (`until`) by setting the money aside."""
        target = self.emails.get(payee, payee)
        day, month = self.left(payer, now)
        refusal = refused({
            "invalid_amount": amount <= 0,
            "account_frozen": payer in self.frozen,
            "payee_is_self": target == payer,
            "payee_frozen": bought and target in self.frozen,
            "limit_exceeded": day + amount > DAY_LIMIT or month + amount > MONTH_LIMIT,
            "insufficient_funds": amount > self.money.get(payer, 0) - self.held(payer),
            "quote_expired": until is not None and until <= now,
        })  # fmt: skip
        if refusal:
            return refusal
        self.spent.append((payer, now.astimezone(ZONE).date(), amount, record))
        if until is None and "@" not in target and target not in self.frozen:
            return self.move(payer, target, amount, record)
        self.waiting[record] = Waiting(payer, target, amount, until or now + timedelta(7), bought)
        return "done", "pending"

    def resolve(self, record: str, way: str, by: str, now: datetime, n: int | None = None) -> Said:
        one = self.waiting.get(record)
        if one is None or not self._may_know(one, way, by):
            return "transfer_not_found", ""
        overdue, arrive = one.until <= now, way in {"claim", "release", "capture"}
        if one.state != "pending" or (way == "expire" and not overdue) or (arrive and overdue):
            return "transfer_not_pending", ""
        if not arrive:
            one.state = {"expire": "expired", "decline": "declined"}.get(way, "canceled")
            return "done", one.state
        target, taken = by if "@" in one.payee else one.payee, one.amount if n is None else n
        refusal = refused({
            "payer_frozen": one.payer in self.frozen,
            "account_frozen": target in self.frozen,
            "invalid_amount": taken <= 0,
            "capture_too_large": taken > one.amount,
        })  # fmt: skip
        if not refusal:
            one.state, one.payee, one.taken = "arrived", target, taken
        return refusal or self.move(one.payer, target, taken, record)

    def _may_know(self, one: Waiting, way: str, by: str) -> bool:
        theirs = {self.emails.get(one.payee, one.payee)} - {one.payer}
        sent = {"cancel": {one.payer}, "claim": theirs, "decline": theirs, "expire": {""}}
        sent["release"] = set() if "@" in one.payee else {""}
        bought = {"capture": {"", one.payee}, "void": {"", one.payee}, "expire": {""}}
        return by in (bought if one.bought else sent).get(way, set())

    def refund(self, record: str, amount: int, by: str, new: str) -> Said:
        waits = self.waiting[record].payee if record in self.waiting else "?"
        payer, payee, rest = self.arrived.get(record, ("", waits, -1))
        refusal = refused({
            "transfer_not_found": by not in {payee, ""},
            "not_refundable": rest < 0 or (by and not payer),
            "invalid_amount": amount <= 0,
            "account_frozen": by in self.frozen,
            "not_refundable ": rest == 0,
            "refund_too_large": amount > rest,
            "insufficient_funds": amount > self.money.get(payee, 0) - self.held(payee),
        })  # fmt: skip
        if not refusal:
            self.move(payee, payer, amount, new)
            self.arrived[record] = (payer, payee, rest - amount)
            self.arrived[new] = (payee, payer, -1)  # what went back does not go forth again
        return refusal or ("done", "completed")

    def together(self, deeds: list[Callable[[], Said]]) -> Said:
        before, first = copy.deepcopy(vars(self)), ("", "")
        for place, deed in enumerate(deeds):
            if (said := deed())[0] != "done":
                vars(self).update(before)  # all or none
                return said[0], str(place)
            first = first if place else said
        return first

    def move(self, payer: str, payee: str, amount: int, record: str) -> Said:
        self.money[payer] = self.money.get(payer, 0) - amount
        self.money[payee] = self.money.get(payee, 0) + amount
        self.arrived[record] = (payer, payee, amount)
        return "done", "completed"
