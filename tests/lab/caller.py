"""Clients over HTTP: programs that pay through the API, and visitors of the web.

An answer that is lost, late or "not known yet" is asked for again under the same key, at another
process, until it is definite; so a client never does twice what it wished once.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from okpay.kernel.ids import decode, encode
from okpay.payments.engine.commands import Outcome
from okpay.wallets.states import RecordState
from tests.lab.history import Journal, Wish, new_name, read

PATIENCE: Final = 6.0  # seconds until an answer counts as lost
INSIST: Final = 60  # times that a wish is asked, at most
NOT_NOW: Final = {"idempotency_in_progress", "rate_limited", "service_busy"}
Over = Any  # a shared number that is set when nobody is to wish any more
Lanes = Any  # a shared array: for each lane, when the last thing that was answered had been asked


@dataclass(frozen=True)
class Calls:
    """What one process of callers is told to do."""

    ports: tuple[int, ...]
    first_lane: int
    journal: Path
    people: tuple[tuple[str, str], ...]  # id and token
    frozen: tuple[str, ...]
    seed: int
    threads: int = 3  # for each port
    pause: float = 0.06


class Caller:
    """One program with one connection; it prefers one process and goes to others in need."""

    def __init__(self, calls: Calls, place: int, journal: Journal, lanes: Lanes) -> None:
        self.calls = calls
        self.place = place
        self.journal = journal
        self.lanes = lanes
        self.random = random.Random(calls.seed * 100 + place)
        self.link: http.client.HTTPConnection | None = None
        self.waiting: list[Wish] = []

    def live(self, over: Over) -> None:
        """Wish until the time is over."""
        while not over.value:
            wish = self._wish()
            self.journal.asked(wish)
            self.settle(wish)
            time.sleep(self.random.uniform(0, 2 * self.calls.pause))

    def _wish(self) -> Wish:
        if self.waiting and self.random.random() < 0.5:
            sent = self.waiting.pop()
            return Wish(new_name(), "cancel", sent.payer, sent.payee, 0, sent.record)
        payer = self.random.choice(self.calls.people)[0]
        others = [person for person, _ in self.calls.people]
        some = self.calls.frozen if self.random.random() < 0.05 else others
        payee = self.random.choice([one for one in some if one != payer])
        return Wish(new_name(), "send", payer, payee, self.random.randint(1, 40))

    def settle(self, wish: Wish) -> None:
        """Ask under one key until the answer is definite; the journal keeps what is not."""
        for attempt in range(INSIST):
            port = self.place % len(self.calls.ports)
            lane = (port + attempt) % len(self.calls.ports)
            asked = time.monotonic()
            outcome = self._ask(wish, self.calls.ports[lane])
            if outcome is not None:
                self.lanes[self.calls.first_lane + lane] = asked
                self.journal.told(wish, outcome)
                if outcome.state == RecordState.PENDING and wish.kind == "send":
                    ended = Wish(wish.id, "", wish.payer, wish.payee, 0, outcome.record)
                    self.waiting.append(ended)
                return
            time.sleep(0.05)

    def _ask(self, wish: Wish, port: int) -> Outcome | None:
        """Ask once; None when the answer is not known."""
        path, body = _request(wish)
        token = dict(self.calls.people)[wish.payer]
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": wish.id,
        }
        try:
            if self.link is None or self.link.port != port:
                self._hang_up()
                self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            self.link.request("POST", path, body, headers)
            response = self.link.getresponse()
            return _outcome(response.status, response.read())
        except (OSError, http.client.HTTPException, ValueError):
            self._hang_up()
            return None

    def _hang_up(self) -> None:
        if self.link is not None:
            self.link.close()
            self.link = None


def _request(wish: Wish) -> tuple[str, str | None]:
    if wish.kind == "cancel":
        return f"/v1/transfers/{encode('trf', UUID(wish.record))}/cancel", None
    amount = f"{wish.amount // 100}.{wish.amount % 100:02d}"
    payee = {"id": encode("cus", UUID(wish.payee))}
    body = {"payee": payee, "amount": amount, "currency": "CNY", "memo": wish.id}
    return "/v1/transfers", json.dumps(body)


def _outcome(status: int, body: bytes) -> Outcome | None:
    """Read an answer; None when it says that it is not known, or not now."""
    said = json.loads(body)
    if status in {200, 201}:
        record = str(decode(said["id"], "trf"))
        return Outcome(record=record, state=RecordState[said["status"].upper()])
    if status == 202 or status >= 500 or said["code"] in NOT_NOW:
        return None
    return Outcome(result="refused", code=said["code"])


def call(calls: Calls, lanes: Lanes, over: Over) -> None:
    """Run a process of callers; first whatever an earlier life left open is asked again."""
    journal = Journal(calls.journal)
    first = Caller(calls, 0, journal, lanes)
    for deed in read([calls.journal]).values():
        if deed.outcome is None:
            first.settle(deed.wish)
    threads = [
        threading.Thread(
            target=Caller(calls, place, journal, lanes).live,
            args=(over,),
        )
        for place in range(calls.threads * len(calls.ports))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def visit(ports: tuple[int, ...], first_lane: int, lanes: Lanes, over: Over) -> None:
    """Look at a page of each web process again and again; each look asks the database."""

    def look(place: int) -> None:
        cookie = {"Cookie": f"okpay={'a' * 30}{place:02d}"}  # a session to be looked up
        while not over.value:
            asked = time.monotonic()
            link = http.client.HTTPConnection("127.0.0.1", ports[place], timeout=PATIENCE)
            try:
                link.request("GET", "/records", headers=cookie)
                if link.getresponse().status < 500:
                    lanes[first_lane + place] = asked
            except (OSError, http.client.HTTPException):
                pass
            finally:
                link.close()
            time.sleep(0.1)

    threads = [threading.Thread(target=look, args=(place,)) for place in range(len(ports))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
