"""What the engine must do, said again in the plainest way: one dict each, one command at a time.

Written from the design, not from the engine: no batches, no rows, no sequences. Amounts are in one
asset. `ask` answers (result or refusal code, record state or "").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAY_LIMIT, MONTH_LIMIT = 2_000_000, 20_000_000
Said = tuple[str, str]


@dataclass
class Waiting:
    payer: str
    payee: str
    alias: str
    amount: int
    made: datetime
    until: datetime
    state: str = "pending"


@dataclass
class Reference:
    """All that can be known of a world of wallets."""

    money: dict[str, int] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    spent: list[tuple[str, datetime, int, str]] = field(default_factory=list)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    said: dict[tuple[str, str, str], tuple[str, Said]] = field(default_factory=dict)
    emails: dict[str, str] = field(default_factory=dict)

    def held(self, person: str) -> int:
        return sum(
            one.amount
            for one in self.waiting.values()
            if one.payer == person and one.state == "pending"
        )

    def left(self, person: str, now: datetime) -> tuple[int, int]:
        """What left this local day and month and has not come back."""
        local = now.astimezone(ZoneInfo("Asia/Shanghai"))
        day = month = 0
        for who, at, amount, record in self.spent:
            then = at.astimezone(ZoneInfo("Asia/Shanghai"))
            back = record in self.waiting and self.waiting[record].state in {"back", "expired"}
            if who == person and not back:
                day += amount if then.date() == local.date() else 0
                month += amount if (then.year, then.month) == (local.year, local.month) else 0
        return day, month

    def remember(self, key: tuple[str, str, str], body: str, said: Said, *, keep: bool) -> Said:
        if said[0] == "done" or keep:
            self.said[key] = (body, said)
        return said

    def known(self, key: tuple[str, str, str], body: str) -> Said | None:
        if key not in self.said:
            return None
        kept, said = self.said[key]
        return said if kept == body else ("idempotency_key_reused", "")

    def top_up(self, person: str, amount: int) -> Said:
        self.money[person] = self.money.get(person, 0) + amount
        return "done", "completed"

    def send(  # noqa: PLR0917 — the parts of a payment, in the order of a sentence
        self, payer: str, payee: str, alias: str, amount: int, record: str, now: datetime
    ) -> Said:
        target = payee or self.emails.get(alias, "")
        day, month = self.left(payer, now)
        refusals = {
            "invalid_amount": amount <= 0,
            "account_frozen": payer in self.frozen,
            "payee_is_self": target == payer,
            "limit_exceeded": day + amount > DAY_LIMIT or month + amount > MONTH_LIMIT,
            "insufficient_funds": amount > self.money.get(payer, 0) - self.held(payer),
        }
        for code, applies in refusals.items():
            if applies:
                return code, ""
        self.spent.append((payer, now, amount, record))
        if target and target not in self.frozen:
            self._move(payer, target, amount)
            return "done", "completed"
        until = now + timedelta(days=7)
        self.waiting[record] = Waiting(payer, target, alias, amount, now, until)
        return "done", "pending"

    def resolve(self, record: str, way: str, by: str, now: datetime) -> Said:
        one = self.waiting.get(record)
        if one is None or not self._may_know(one, way, by):
            return "transfer_not_found", ""
        overdue, arrive = one.until <= now, way in {"claim", "release"}
        if one.state != "pending" or (way == "expire" and not overdue) or (arrive and overdue):
            return "transfer_not_pending", ""
        if arrive:
            target = one.payee or by
            if one.payer in self.frozen:
                return "payer_frozen", ""
            if target in self.frozen:
                return "account_frozen", ""
            one.state, one.payee = "arrived", target
            self._move(one.payer, target, one.amount)
            return "done", "completed"
        one.state = "expired" if way == "expire" else "back"
        return "done", {"cancel": "canceled", "decline": "declined", "expire": "expired"}[way]

    def _may_know(self, one: Waiting, way: str, by: str) -> bool:
        if way in {"expire", "release"}:
            return not by and (way == "expire" or bool(one.payee))
        if way == "cancel":
            return by == one.payer
        return by == (one.payee or self.emails.get(one.alias, "nobody")) != one.payer

    def _move(self, payer: str, payee: str, amount: int) -> None:
        self.money[payer] -= amount
        self.money[payee] = self.money.get(payee, 0) + amount
