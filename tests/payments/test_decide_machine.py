"""`decide` against the reference: any commands, in any batches, give what the reference gives."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from okpay.kernel.ids import new_uuid
from okpay.ledger.chart import TransferKind
from okpay.limits.rules import day_and_month
from okpay.payments.engine.commands import AnyCommand, Outcome
from okpay.wallets.states import RecordState
from tests.payments.reference import Reference, Said
from tests.payments.shelf import ASSET, Shelf
from tests.payments.wishes import flag, resolve, send, top_up

pytestmark = pytest.mark.no_database
# To shorten a failing story takes minutes, longer than a test may run.
PHASES = list(Phase) if os.environ.get("OKPAY_HYPOTHESIS") == "deep" else [Phase.generate]

PEOPLE = [f"00000000-0000-7000-8000-00000000000{n}" for n in range(1, 5)]
EMAILS = {one: f"p{n}@shelf.example" for n, one in enumerate(PEOPLE)}
STRANGER = "nobody@shelf.example"

people = st.sampled_from(PEOPLE)
# Words are edges of what the payer has at the beginning of the batch.
amounts = st.sampled_from([1, 99, 700_000, 2_000_000, 2_000_001, 0, -5, "all", "rest", "rest+1"])
payees = st.one_of(people, st.sampled_from([*EMAILS.values(), STRANGER, STRANGER]))
wishes = st.one_of(
    st.tuples(st.just("send"), people, payees, amounts),
    st.tuples(st.just("send"), people, payees, amounts),
    st.tuples(st.just("top_up"), people, st.sampled_from([1, 500, 3_000_000]), st.none()),
    st.tuples(
        st.just("resolve"),
        st.integers(0, 30),
        st.sampled_from(["claim", "cancel", "decline", "expire", "release"]),
        st.one_of(people, st.just("")),
    ),
    st.tuples(
        st.just("end"),
        st.integers(0, 30),
        st.sampled_from(["claim", "cancel", "expire"]),
        st.none(),
    ),
    st.tuples(st.just("freeze"), people, st.booleans(), st.none()),
    st.tuples(st.just("again"), st.integers(0, 60), st.booleans(), st.none()),
)  # fmt: skip


def _said(outcome: Outcome) -> Said:
    if outcome.result != "done":
        return outcome.code, ""
    return "done", RecordState(outcome.state).name.lower() if outcome.state else ""


class Engine(RuleBasedStateMachine):
    """Two shelves, one fed by batches and one command by command, and the reference."""

    def __init__(self) -> None:
        super().__init__()
        self.batched = Shelf(PEOPLE, EMAILS)
        self.single = Shelf(PEOPLE, EMAILS)
        self.reference = Reference(
            money=dict.fromkeys(PEOPLE, 0), emails={v: k for k, v in EMAILS.items()}
        )
        self.asked: list[tuple[tuple[Any, ...], AnyCommand]] = []
        self.pending: list[str] = []
        self.brought = 0

    @initialize(amounts=st.lists(st.sampled_from([1, 1000, 3_000_000]), min_size=4, max_size=4))
    def some_have_money(self, amounts: list[int]) -> None:
        self.batch(
            [("top_up", who, minor, None) for who, minor in zip(PEOPLE, amounts, strict=True)]
        )

    @rule(drawn=st.lists(wishes, min_size=1, max_size=6))
    def batch(self, drawn: list[tuple[Any, ...]]) -> None:
        """Run commands as one batch and one by one; both must say what the reference says."""
        commands = [made for made in map(self._command, drawn) if made is not None]
        expected = [self._expect(wish, command) for wish, command in commands]
        together = self.batched.run([command for _, command in commands])
        apart = [self.single.run([command])[0] for _, command in commands]
        assert [_said(outcome) for outcome in together] == expected
        assert together == apart
        self.asked += commands
        for outcome in together:
            if outcome.state == RecordState.PENDING and not outcome.replayed:
                self.pending.append(outcome.record)

    @rule(hours=st.sampled_from([1, 9, 24, 24 * 8, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.batched.now += timedelta(hours=hours)
        self.single.now = self.batched.now

    def _command(self, wish: tuple[Any, ...]) -> tuple[tuple[Any, ...], AnyCommand] | None:
        kind, one, two, three = wish
        if kind == "send":
            minor = self._minor(one, three)
            return (kind, one, two, minor), send(one, two, minor, invite=True)
        if kind == "top_up":
            return wish, top_up(one, two)
        if kind == "freeze":
            return wish, flag(one, frozen=two)
        return self._again(one, other=two) if kind == "again" else self._end(wish)

    def _end(self, wish: tuple[Any, ...]) -> tuple[tuple[Any, ...], AnyCommand] | None:
        kind, one, two, three = wish
        if not self.pending:
            return None
        record = self.pending[one % len(self.pending)]
        if kind == "end":  # by somebody who may
            waiting = self.reference.waiting[record]
            owner = self.reference.emails.get(waiting.alias, "")
            by = {"claim": waiting.payee or owner, "cancel": waiting.payer, "expire": ""}[two]
            return ("resolve", record, two, by), resolve(record, two, by)
        return ("resolve", record, two, three), resolve(record, two, three)

    def _minor(self, payer: str, amount: int | str) -> int:
        if isinstance(amount, int):
            return amount
        posted = self.reference.money[payer]
        rest = posted - self.reference.held(payer)
        return {"all": posted, "rest": rest, "rest+1": rest + 1}[amount]

    def _again(self, place: int, *, other: bool) -> tuple[tuple[Any, ...], AnyCommand] | None:
        """Ask a wish again under its key, perhaps with another body."""
        sends = [pair for pair in self.asked if pair[0][0] == "send"]
        if not sends:
            return None
        wish, command = sends[place % len(sends)]
        again = send(
            wish[1], wish[2], wish[3], key=command.client_key, invite=True,
            fingerprint=str(new_uuid()) if other else command.fingerprint,
        )  # fmt: skip
        return wish, again

    def _expect(self, wish: tuple[Any, ...], command: AnyCommand) -> Said:
        kind, one, two, three = wish
        model, now = self.reference, self.batched.now
        key = (command.owner, command.endpoint, command.client_key)
        known = model.known(key, command.fingerprint)
        if known is not None:
            return known
        if kind == "send":
            alias = two if "@" in two else ""
            record: str = command.record  # type: ignore[union-attr]  # a Send
            said = model.send(one, "" if alias else two, alias, three, record, now)
        elif kind == "top_up":
            said = model.top_up(one, two)
            self.brought += two
        elif kind == "freeze":
            (model.frozen.add if two else model.frozen.discard)(one)
            said = "done", ""
        else:
            said = model.resolve(one, two, three, now)
        return model.remember(key, command.fingerprint, said, keep=kind == "send")

    @invariant()
    def balances_are_the_references(self) -> None:
        for person in PEOPLE:
            wallet = self.batched.wallet(person)
            assert (wallet.posted, wallet.held) == (
                self.reference.money[person],
                self.reference.held(person),
            )
            assert wallet.posted >= wallet.held >= 0
            today, this_month = day_and_month(self.batched.now)
            day, month = self.reference.left(person, self.batched.now)
            assert wallet.out_day_sum >= 0 <= wallet.out_month_sum
            assert wallet.out_day_sum == day or (wallet.out_day < today and day == 0)
            assert wallet.out_month_sum == month or (wallet.out_month < this_month and month == 0)

    @invariant()
    def money_is_conserved(self) -> None:
        accounts = self.batched.accounts.values()
        assert sum(account.posted for account in accounts) == 0
        assert sum(self.reference.money.values()) == self.brought

    @invariant()
    def both_shelves_hold_the_same(self) -> None:
        assert self.batched.accounts == self.single.accounts
        assert self.batched.transfers == self.single.transfers

    @invariant()
    def legs_continue_one_another(self) -> None:
        after: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))  # seq, posted
        for row in self.batched.transfers:
            moves = row.kind in {TransferKind.POSTED, TransferKind.POST}
            assert row.asset == ASSET
            seq, posted = after[row.debit_account]
            assert (row.debit_seq, row.debit_posted) == (seq + 1, posted - row.amount * moves)
            after[row.debit_account] = row.debit_seq, row.debit_posted
            if moves:
                assert row.credit_seq is not None
                assert row.credit_posted is not None
                seq, posted = after[row.credit_account]
                assert (row.credit_seq, row.credit_posted) == (seq + 1, posted + row.amount)
                after[row.credit_account] = row.credit_seq, row.credit_posted

    @invariant()
    def every_hold_has_at_most_one_end(self) -> None:
        ends = [row.pending for row in self.batched.transfers if row.pending is not None]
        assert len(ends) == len(set(ends))
        assert set(ends) == {one.record for one in self.batched.holds.values() if not one.open}


class TestEngine(Engine.TestCase):  # type: ignore[misc,valid-type]  # reason: hypothesis makes it
    """The machine, bounded for every run; OKPAY_HYPOTHESIS=deep looks longer and shortens."""

    settings = settings(stateful_step_count=30, phases=PHASES)
