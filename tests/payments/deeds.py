"""What the state machines do: drawn words become a command and what the reference says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from okpay.kernel.ids import new_uuid
from okpay.payments.engine.commands import AnyCommand, Flag, Member, Outcome, Send
from okpay.wallets.states import RecordState
from tests.payments import wishes
from tests.payments.reference import Reference, Said

STRANGER = "nobody@shelf.example"
Word = tuple[Any, ...]


@dataclass
class Deed:
    """A command, and the same wish put to the reference."""

    word: Word
    command: AnyCommand
    ask: Callable[[Reference, datetime], Said]
    keep: bool = True


def words(people: list[str], emails: dict[str, str]) -> st.SearchStrategy[Word]:
    """Everything that can be wished; an index stands for a record or a deed of before."""
    who, place = st.sampled_from(people), st.integers(0, 40)
    # Texts are edges of what the payer has at the beginning of the batch.
    amounts = st.sampled_from(
        [1, 99, 700_000, 2_000_000, 2_000_001, 0, -5, "all", "rest", "rest+1"]
    )
    part = st.sampled_from([1, 40, 699_999, 0, -1, None, "all", "all+1"])
    payees = st.one_of(who, st.sampled_from([*emails.values(), STRANGER, STRANGER]))
    ways = st.sampled_from(["claim", "cancel", "decline", "expire", "release", "capture", "void"])
    anyone = st.one_of(who, st.just(""))
    single = [
        st.tuples(st.just("send"), who, payees, amounts),
        st.tuples(st.just("send"), who, payees, amounts),
        st.tuples(st.just("hold"), who, who, amounts, st.sampled_from([-1, 5, 30, 200])),
        st.tuples(st.just("buy"), who, who, amounts),
        st.tuples(st.just("top_up"), who, st.sampled_from([1, 500, 3_000_000])),
        st.tuples(st.just("resolve"), place, ways, anyone, part),
        st.tuples(st.just("end"), place, ways, part),
        st.tuples(st.just("end"), place, st.just("capture"), part),
        st.tuples(st.just("back"), place, part, st.sampled_from(["payee", "payee", "", "payer"])),
        st.tuples(st.just("back"), place, part, st.sampled_from(["payee", "payee", "", "payer"])),
    ]
    group = st.tuples(st.just("group"), st.lists(st.one_of(single), max_size=4))
    rare = [
        group,
        st.tuples(st.just("freeze"), who, st.booleans()),
        st.tuples(st.just("again"), place, st.booleans()),
    ]
    return st.one_of(single + rare)


@dataclass
class Story:
    """What was done so far, and the reference that says what should have come of it."""

    reference: Reference
    done: list[Deed] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)

    def deed(self, word: Word, now: datetime) -> Deed | None:
        """Make a command of a word; None when there is nothing yet that it could be about."""
        made: Deed | None = getattr(self, f"_{word[0]}")(word, now)
        return made

    def expect(self, deed: Deed, now: datetime) -> Said:
        """What the reference says of it; the same key again is answered from memory."""
        command = deed.command
        key = (command.owner, command.endpoint, command.client_key)
        return self.reference.once(
            key, command.fingerprint, lambda: deed.ask(self.reference, now), deed.keep
        )

    def heard(self, deeds: list[Deed], outcomes: list[Outcome]) -> None:
        """Remember what was made, so that later words can be about it."""
        self.done += deeds
        for deed, outcome in zip(deeds, outcomes, strict=True):
            members = getattr(deed.command, "members", [deed.command])
            if outcome.result == "done" and not outcome.replayed:
                made = [one.record for one in members if hasattr(one, "record")]
                self.records += [one for one in made if one not in self.records]
        waiting = self.reference.waiting
        self.pending += [one for one in self.records if one in waiting and one not in self.pending]

    def _minor(self, payer: str, amount: int | str) -> int:
        if isinstance(amount, int):
            return amount
        posted = self.reference.money.get(payer, 0)
        rest = posted - self.reference.held(payer)
        return {"all": posted, "rest": rest, "rest+1": rest + 1}[amount]

    def _send(self, word: Word, now: datetime) -> Deed:  # noqa: ARG002 — the form
        _, payer, payee, amount = word
        minor, record = self._minor(payer, amount), str(new_uuid())
        command = wishes.send(payer, payee, minor, invite=True, record=record)
        return Deed(word, command, lambda ref, at: ref.pay(payer, payee, minor, record, at))

    def _hold(self, word: Word, now: datetime) -> Deed:
        _, payer, payee, amount, hours = word
        minor, record, until = self._minor(payer, amount), str(new_uuid()), now
        until += timedelta(hours=hours)
        command = wishes.hold(payer, payee, minor, record=record, deadline=until)
        return Deed(
            word, command,
            lambda ref, at: ref.pay(payer, payee, minor, record, at, bought=True, until=until),
        )  # fmt: skip

    def _buy(self, word: Word, now: datetime) -> Deed:  # noqa: ARG002 — the form
        _, payer, payee, amount = word
        minor, record = self._minor(payer, amount), str(new_uuid())
        command = wishes.move(payer, payee, minor, record=record)
        return Deed(
            word, command, lambda ref, at: ref.pay(payer, payee, minor, record, at, bought=True)
        )

    def _top_up(self, word: Word, now: datetime) -> Deed:  # noqa: ARG002 — the form
        _, person, minor = word
        record = str(new_uuid())
        command = wishes.top_up(person, minor, record=record)
        return Deed(word, command, lambda ref, _: ref.move("", person, minor, record), keep=False)

    def _freeze(self, word: Word, now: datetime) -> Deed:  # noqa: ARG002 — the form
        _, person, frozen = word

        def ask(ref: Reference, _: datetime) -> Said:
            (ref.frozen.add if frozen else ref.frozen.discard)(person)
            return "done", ""

        return Deed(word, wishes.flag(person, frozen=frozen), ask, keep=False)

    def _resolve(self, word: Word, now: datetime) -> Deed | None:  # noqa: ARG002 — the form
        _, place, way, by, part = word
        if not self.pending:
            return None
        record = self.pending[place % len(self.pending)]
        whole = self.reference.waiting[record].amount
        minor = {"all": whole, "all+1": whole + 1}.get(part, part) if way == "capture" else None
        command = wishes.resolve(record, way, by, amount=minor)
        return Deed(
            word, command, lambda ref, at: ref.resolve(record, way, by, at, minor), keep=False
        )

    def _end(self, word: Word, now: datetime) -> Deed | None:
        """As `_resolve`, by somebody who may."""
        _, place, way, part = word
        if not self.pending:
            return None
        one = self.reference.waiting[self.pending[place % len(self.pending)]]
        payee = self.reference.emails.get(one.payee, one.payee)
        by = {"cancel": one.payer, "expire": "", "release": ""}.get(way, payee)
        if "@" in by:
            return None
        return self._resolve(("resolve", place, way, by, part), now)

    def _back(self, word: Word, now: datetime) -> Deed | None:  # noqa: ARG002 — the form
        _, place, part, side = word
        if not self.records:
            return None
        # Top-ups are the many; the youngest of the others first.
        bought = [one for one in self.records if self.reference.arrived.get(one, "x")[0]]
        if place % 4 == 0 or not bought:
            bought = self.records
        record, new = bought[-1 - place % len(bought)], str(new_uuid())
        payer, payee, rest = self.reference.arrived.get(record, ("", "", 1))
        edges = {"all": rest, "all+1": rest + 1, None: 7}
        minor = int(edges.get(part, part))  # type: ignore[arg-type]  # None is one of the edges
        by = {"payee": payee, "payer": payer, "": ""}[side]
        command = wishes.refund(record, minor, by, record=new)
        return Deed(word, command, lambda ref, _: ref.refund(record, minor, by, new))

    def _group(self, word: Word, now: datetime) -> Deed | None:
        parts = [made for one in word[1] if (made := self.deed(one, now)) is not None]
        members: list[Member] = [part.command for part in parts]  # type: ignore[misc]  # reason: drawn from members only
        if not members:
            return None

        def ask(ref: Reference, at: datetime) -> Said:
            return ref.together([lambda part=part: part.ask(ref, at) for part in parts])  # type: ignore[misc]  # reason: each lambda has its own part

        return Deed(word, wishes.group(members[0].owner, *members), ask)

    def _again(self, word: Word, now: datetime) -> Deed | None:  # noqa: ARG002 — the form
        """Ask a wish again under its key, perhaps with another body."""
        lasting = [one for one in self.done if type(one.command) is not Flag]
        if not lasting:
            return None
        before = lasting[word[1] % len(lasting)]
        command = before.command
        again = type(command)(
            **{name: getattr(command, name) for name in command.__struct_fields__}
        )
        if isinstance(again, Send):
            again.record = str(new_uuid())  # a face makes a new id for each try
        if word[2]:
            again.fingerprint = str(new_uuid())
        return Deed(before.word, again, before.ask, before.keep)


def said(outcome: Outcome) -> Said:
    """An engine's outcome in the reference's words."""
    if outcome.result != "done":
        return outcome.code, str(outcome.params.get("member", ""))
    return "done", RecordState(outcome.state).name.lower() if outcome.state else ""
