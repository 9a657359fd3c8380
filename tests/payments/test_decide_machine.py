"""`decide` against the reference: any commands, in any batches, give what the reference gives."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from okpay.ledger.chart import TransferKind
from okpay.limits.rules import day_and_month
from tests.payments.deeds import Story, Word, said, words
from tests.payments.reference import Reference
from tests.payments.shelf import ASSET, Shelf

pytestmark = pytest.mark.no_database
# To shorten a failing story takes minutes, longer than a test may run.
PHASES = list(Phase) if os.environ.get("OKPAY_HYPOTHESIS") == "deep" else [Phase.generate]

PEOPLE = [f"00000000-0000-7000-8000-00000000000{n}" for n in range(1, 5)]
EMAILS = {one: f"p{n}@shelf.example" for n, one in enumerate(PEOPLE)}


class Engine(RuleBasedStateMachine):
    """Two shelves, one fed by batches and one command by command, and the reference."""

    def __init__(self) -> None:
        super().__init__()
        self.batched = Shelf(PEOPLE, EMAILS)
        self.single = Shelf(PEOPLE, EMAILS)
        self.reference = Reference(
            money=dict.fromkeys(["", *PEOPLE], 0), emails={v: k for k, v in EMAILS.items()}
        )
        self.story = Story(self.reference)

    @initialize(amounts=st.lists(st.sampled_from([1, 1000, 3_000_000]), min_size=4, max_size=4))
    def some_have_money(self, amounts: list[int]) -> None:
        self.batch([("top_up", who, minor) for who, minor in zip(PEOPLE, amounts, strict=True)])

    @rule(drawn=st.lists(words(PEOPLE, EMAILS), min_size=1, max_size=6))
    def batch(self, drawn: list[Word]) -> None:
        """Run commands as one batch and one by one; both must say what the reference says."""
        now = self.batched.now
        deeds = [made for word in drawn if (made := self.story.deed(word, now)) is not None]
        expected = [self.story.expect(deed, now) for deed in deeds]
        together = self.batched.run([deed.command for deed in deeds])
        apart = [self.single.run([deed.command])[0] for deed in deeds]
        assert [said(outcome) for outcome in together] == expected
        assert together == apart
        self.story.heard(deeds, together)

    @rule(hours=st.sampled_from([1, 9, 24, 24 * 8, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.batched.now += timedelta(hours=hours)
        self.single.now = self.batched.now

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
        assert sum(self.reference.money.values()) == 0

    @invariant()
    def both_shelves_hold_the_same(self) -> None:
        assert self.batched.accounts == self.single.accounts
        assert self.batched.transfers == self.single.transfers
        assert self.batched.legs == self.single.legs

    @invariant()
    def legs_continue_one_another(self) -> None:
        after: dict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))  # seq, posted, held
        whole = {row.id: row.amount for row in self.batched.transfers}
        for row in self.batched.transfers:
            moves = row.kind in {TransferKind.POSTED, TransferKind.POST}
            assert row.asset == ASSET
            seq, posted, held = after[row.debit_account]
            held += row.amount if row.kind == TransferKind.PENDING else 0
            held -= whole[row.pending] if row.pending is not None else 0
            now = (seq + 1, posted - row.amount * moves, held)
            assert (row.debit_seq, row.debit_posted, row.debit_held) == now
            after[row.debit_account] = now
            if moves:
                assert row.credit_seq is not None
                assert row.credit_posted is not None
                seq, posted, held = after[row.credit_account]
                assert (row.credit_seq, row.credit_posted) == (seq + 1, posted + row.amount)
                after[row.credit_account] = row.credit_seq, row.credit_posted, held

    @invariant()
    def every_hold_has_at_most_one_end_of_at_most_its_amount(self) -> None:
        ends = [row for row in self.batched.transfers if row.pending is not None]
        ended = [row.pending for row in ends]
        assert len(ended) == len(set(ended))
        assert set(ended) == {one.record for one in self.batched.holds.values() if not one.open}
        assert all(row.amount <= self.batched.holds[row.pending or ""].amount for row in ends)

    @invariant()
    def no_more_goes_back_than_arrived(self) -> None:
        for record in self.batched.refunded:
            facts = self.batched.original(record)
            assert facts.refunded <= facts.arrived

    @invariant()
    def groups_are_whole(self) -> None:
        legs = self.batched.legs
        sizes = {group: size for _, group, _, size in legs}
        assert Counter(group for _, group, _, _ in legs) == Counter(sizes)
        assert {transfer for transfer, _, _, _ in legs} <= {t.id for t in self.batched.transfers}


class TestEngine(Engine.TestCase):  # type: ignore[misc,valid-type]  # reason: hypothesis makes it
    """The machine, bounded for every run; OKPAY_HYPOTHESIS=deep looks longer and shortens."""

    settings = settings(max_examples=80, stateful_step_count=40, phases=PHASES)
