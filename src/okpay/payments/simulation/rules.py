"""The reference rules: what must be true of any book, said without any of the engine's code.

Every wish that a person heard was done is done here once, in plain dicts; in the evening the book
must say the same. Each rule that is broken is a sentence in `broken`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from okpay.payments.engine.commands import Flag, Group, Hold, Move, Refund, Resolve, Send, TopUp
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from okpay.payments.engine.commands import AnyCommand, Outcome
    from okpay.payments.engine.memory import MemoryBook
    from okpay.payments.engine.state import TransferRow
    from okpay.payments.simulation.wishes import Wish

MOST: Final = 20  # sentences kept
Purse = tuple[str, int]  # person ("" is everybody outside and the house), asset


class Rules:
    """Money by person, what waits, and what may still go back."""

    def __init__(self) -> None:
        """Nobody has anything."""
        self.money: dict[Purse, int] = defaultdict(int)
        self.waits: dict[str, tuple[str, str, int, int]] = {}  # payer, payee, asset, amount
        self.held: dict[Purse, int] = defaultdict(int)
        self.left: dict[str, tuple[str, str, int, int]] = {}  # payer, payee, asset, may go back
        self.after: dict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
        self.whole: dict[str, int] = {}
        self.ended: set[str] = set()
        self.broken: list[str] = []

    def says(self, sentence: str) -> None:
        """Keep what is wrong."""
        if len(self.broken) < MOST:
            self.broken.append(sentence)

    def heard(self, wish: Wish, outcome: Outcome) -> None:
        """Take an answer to a wish: the first is what happened, a later one must say the same."""
        if wish.told is None or (wish.told.result != "done" and outcome.result == "done"):
            if wish.told is not None and type(wish.command) in {Send, Hold, Move, Refund, Group}:
                self.says(f"{wish.command.client_key}: refused first, and done later")
            wish.told = outcome
            if outcome.result == "done":
                self._do(wish.command, outcome)
        elif wish.told.result == "done" and (
            (outcome.result, outcome.record, outcome.amount)
            != ("done", wish.told.record, wish.told.amount)
        ):
            self.says(f"{wish.command.client_key}: one wish, two answers")

    def _do(self, command: AnyCommand, outcome: Outcome) -> None:
        if isinstance(command, Group):
            for member in command.members:
                self._do_member(member)
        elif isinstance(command, Resolve):
            self._end(command, outcome)
        elif not isinstance(command, Flag):
            waits = outcome.state == RecordState.PENDING
            self._pay(command, outcome.record, outcome.payee, waits=waits)

    def _do_member(self, member: AnyCommand) -> None:
        payee = "" if isinstance(member, TopUp | Refund | Resolve) else getattr(member, "payee", "")
        self._pay(member, getattr(member, "record", ""), payee, waits=False)

    def _pay(self, command: AnyCommand, record: str, payee: str, *, waits: bool) -> None:
        if isinstance(command, Refund):
            self._refund(command)
            return
        assert isinstance(command, TopUp | Send | Move | Hold)  # noqa: S101 — the rest was asked
        payer = "" if isinstance(command, TopUp) else command.owner
        if isinstance(command, TopUp):
            payee = command.owner
        elif isinstance(command, Move) and command.source:
            payer = ""
        fee = 0 if isinstance(command, Hold) else command.fee
        if waits:
            self.waits[record] = (payer, payee, command.asset, command.amount)
            self.held[payer, command.asset] += command.amount
            return
        self._move(payer, payee, command.asset, command.amount)
        self._move(payee, "", command.asset, fee)
        self.left[record] = (payer, payee, command.asset, command.amount)

    def _end(self, command: Resolve, outcome: Outcome) -> None:
        found = self.waits.pop(command.record, None)
        if found is None:
            self.says(f"{command.record}: ended, though nothing waited")
            return
        payer, payee, asset, amount = found
        self.held[payer, asset] -= amount
        if outcome.state == RecordState.COMPLETED:
            payee = payee or command.owner
            if not 0 < outcome.amount <= amount:
                self.says(f"{command.record}: {outcome.amount} taken of {amount}")
            self._move(payer, payee, asset, outcome.amount)
            self.left[command.record] = (payer, payee, asset, outcome.amount)

    def _refund(self, command: Refund) -> None:
        payer, payee, asset, left = self.left[command.original]
        if command.amount > left:
            self.says(f"{command.original}: {command.amount} went back, {left} was left")
        self.left[command.original] = (payer, payee, asset, left - command.amount)
        self._move(payee, payer, asset, command.amount)

    def _move(self, payer: str, payee: str, asset: int, amount: int) -> None:
        self.money[payer, asset] -= amount
        self.money[payee, asset] += amount

    def evening(self, book: MemoryBook) -> None:
        """Compare with the book: sums, purses, floors, and every new row of the journal."""
        sums: dict[int, int] = defaultdict(int)
        for account in book.accounts.values():
            sums[account.asset] += account.posted
            if account.kind == 1 and (account.posted, account.held) != (
                self.money.get((account.owner, account.asset), 0),
                self.held.get((account.owner, account.asset), 0),
            ):
                self.says(f"account {account.id} of {account.owner} is not what its wishes made")
        for asset, total in sums.items():
            if total:
                self.says(f"asset {asset} sums to {total}")
        for row in book.transfers:
            self._row(row)
            floor = book.by_id[row.debit_account].floor
            if floor is not None and row.debit_posted - row.debit_held < floor:
                self.says(f"transfer {row.id} leaves account {row.debit_account} below its floor")
        for account in book.accounts.values():
            after = self.after.get(account.id, (0, 0, 0))
            if after != (account.seq, account.posted, account.held):
                self.says(f"account {account.id} does not follow from its transfers")

    def _row(self, row: TransferRow) -> None:
        """One row of the journal continues both of its accounts."""
        moves = row.amount if row.credit_seq is not None else 0
        seq, posted, held = self.after[row.debit_account]
        if row.pending is not None:
            held -= self.whole.pop(row.pending, 0)
            if row.pending in self.ended:
                self.says(f"{row.pending} has two ends")
            self.ended.add(row.pending)
        elif row.credit_seq is None:
            held += row.amount
            self.whole[row.id] = row.amount
        now = (seq + 1, posted - moves, held)
        if (row.debit_seq, row.debit_posted, row.debit_held) != now:
            self.says(f"transfer {row.id} does not continue account {row.debit_account}")
        self.after[row.debit_account] = now
        if row.credit_seq is not None:
            seq, posted, held = self.after[row.credit_account]
            if (row.credit_seq, row.credit_posted) != (seq + 1, posted + row.amount):
                self.says(f"transfer {row.id} does not continue account {row.credit_account}")
            self.after[row.credit_account] = (seq + 1, posted + row.amount, held)
