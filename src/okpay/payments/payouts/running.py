"""Give the lines of a payout to the engine, many at once, and write down what became of each.

The engine keeps the answer to every line for ever under the line's own key, so a run may stop
anywhere, be repeated, or meet another one: each line is paid at most once.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

import msgspec

from okpay.kernel import clock
from okpay.kernel.crash import crash_after
from okpay.payments.aliases import addressed
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import Outcome, Send
from okpay.payments.engine.writer import EngineBusyError
from okpay.payments.payouts import store
from okpay.payments.payouts.wishes import Line, records_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from okpay.payments.engine.writer import Wish, Writer
    from okpay.payments.payouts.models import Payout

log = logging.getLogger(__name__)

ENDPOINT: Final = "payouts"
CHANNEL: Final = "bulk"  # a record that carries it has no message of its own for its payer
GROUP: Final = 256  # lines handed over at once: what the engine commits together
# Groups in flight: enough that the engine never waits for us, few enough that a single payment
# that comes in between waits for no more than these.
IN_FLIGHT: Final = 3
WRITE_EVERY: Final = 8  # groups between two writings of outcomes
_encode: Final = msgspec.json.Encoder().encode


Named = tuple[Line, str]  # a line and its record


@dataclass(slots=True)
class Group:
    """Lines in flight together, and what came back for them."""

    finished: SimpleQueue[Group]
    outcomes: list[tuple[int, Outcome]] = field(default_factory=list)
    left: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, number: int, outcome: Outcome) -> None:
        """Note an outcome, on the engine's thread; the last one makes the group finished."""
        with self.lock:
            self.outcomes.append((number, outcome))
            self.left -= 1
            last = not self.left
        if last:
            self.finished.put(self)


class Run:
    """One run over the lines that wait."""

    def __init__(
        self, head: Payout, *, until: int, narrow: bool, writer: Writer | None = None
    ) -> None:
        """Stop handing lines over at `until` (nanoseconds of the monotonic clock).

        `narrow`: one group at a time, so that money that does not last goes to the first lines.
        """
        self._head = head
        self._until = until
        self._most = 1 if narrow else IN_FLIGHT
        self._writer = writer or engine()
        self._finished: SimpleQueue[Group] = SimpleQueue()
        self._flying = 0
        self._groups = 0
        self._done: list[int] = []
        self._refused: list[store.Refused] = []
        self._key, self._owner = str(head.id), str(head.owner)
        self._fingerprint = str(head.fingerprint)

    def pay(self, lines: Sequence[Line], records: Sequence[str] = ()) -> bool:
        """Pay lines in order; True when every one has an outcome that is written down.

        `records` are those of the lines, where they are known already.
        """
        whole = True
        named = zip(lines, records or records_of(self._head.id, lines), strict=True)
        for group in _cut(list(named)):
            if time.monotonic_ns() >= self._until:
                whole = False
                break
            while self._flying >= self._most:
                whole &= self._gather()
            self._hand_over(group)
        while self._flying:
            whole &= self._gather()
        self._write()
        return whole

    def _hand_over(self, lines: Sequence[Named]) -> None:
        group = Group(self._finished, left=len(lines))
        self._flying += 1
        wishes: list[Wish] = [
            (self._command(line, record), partial(group.take, line.number))
            for line, record in lines
        ]
        # Two batches at once overtake each other: what must stay in order goes into one.
        size = GROUP if self._most == 1 else 1
        for start in range(0, len(wishes), size):
            self._submit(wishes[start : start + size])

    def _submit(self, wishes: list[Wish]) -> None:
        while True:
            try:
                self._writer.submit_together(wishes)
            except EngineBusyError:  # many others wait; they come first
                time.sleep(0.05)  # noqa: OKP010 — seconds of waiting
            else:
                return

    def _command(self, line: Line, record: str) -> Send:
        head = self._head
        return Send(
            endpoint=ENDPOINT,
            client_key=f"{self._key}:{line.reference}",
            fingerprint=self._fingerprint,
            owner=self._owner,
            record=record,
            asset=line.asset,
            amount=line.amount,
            fee=line.fee,
            payee=line.payee,
            **addressed("" if line.payee else line.alias, record=record, invite=head.invite),
            expect_version=line.version,
            invite=head.invite,
            memo=line.memo,
            channel=CHANNEL,
            bound=head.bound,
            proven=head.proven,
            token_made_at=head.token_made_at,
        )

    def _gather(self) -> bool:
        """Take one finished group; False when the outcome of a line of it is not known yet."""
        group = self._finished.get()
        self._flying -= 1
        self._groups += 1
        known = True
        for number, outcome in group.outcomes:
            if outcome.result == "done":
                self._done.append(number)
            elif outcome.result == "refused":
                self._refused.append((number, outcome.code, _encode(outcome.params).decode()))
            else:
                known = False
        crash_after("payout.group")
        if self._groups % WRITE_EVERY == 0:
            self._write()
        return known

    def _write(self) -> None:
        if self._done or self._refused:
            store.settle(self._head.id, self._done, self._refused, clock.now())
            crash_after("payout.settled")
        self._done, self._refused = [], []


def _cut(lines: Sequence[Named]) -> Iterator[Sequence[Named]]:
    for start in range(0, len(lines), GROUP):
        yield lines[start : start + GROUP]
