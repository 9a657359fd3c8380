"""Runs the faults one after the other, waits until all is well after each, and keeps score."""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.lab.checker import check
from tests.lab.faults import FAULTS, Fault
from tests.lab.history import Deed
from tests.lab.stage import Stage
from tests.lab.watch import Watch
from tests.payments.world import broken

Say = Callable[[str], None]
WORKER: Final = "worker"
BACK_WITHIN: Final = 30.0  # seconds after which a process that does not answer counts as lost
GRACE: Final = 0.2  # what a job that was in hand at the blow may take to end


@dataclass
class Score:
    """What one fault did. Times are seconds; `began` and `ended` on the monotonic clock."""

    fault: str
    began: float
    ended: float = 0
    readiness: dict[str, float] = field(default_factory=dict)  # see `Conductor._await_all`
    gap: float = 0  # the longest time after the end in which no payment at all was answered
    late: bool = False
    found: list[str] = field(default_factory=list)

    @property
    def ready(self) -> float:
        """When an api, a web and an engine writer had answered: the product serves."""
        kinds = {_kind(name) for name in self.readiness} - {WORKER}
        return max(min(self._of(kind)) for kind in kinds)

    @property
    def whole(self) -> float:
        """When every single one of them had answered."""
        return max(took for name, took in self.readiness.items() if name != WORKER)

    @property
    def worker(self) -> float:
        """When a worker had finished a job."""
        return self.readiness[WORKER]

    def _of(self, kind: str) -> list[float]:
        return [took for name, took in self.readiness.items() if name.startswith(kind)]


@dataclass
class Report:
    """The whole run."""

    scores: list[Score]
    deeds: dict[str, Deed]
    found: list[str]
    seconds: float

    @property
    def violations(self) -> int:
        """Everything that must not be."""
        late = sum(score.late for score in self.scores)
        return late + len(self.found) + sum(len(score.found) for score in self.scores)


def _kind(name: str) -> str:
    return name.partition("-")[0]


class Conductor:
    """One run of the laboratory on one stage."""

    def __init__(
        self, stage: Stage, say: Say, *, ready_within: float, seed: int, patient: bool = True
    ) -> None:
        """`patient`: after each fault wait for every process, not only until the product serves."""
        self.stage = stage
        self.patient = patient
        self.say = say
        self.ready_within = ready_within
        self.chance = random.Random(seed)
        self.watch = Watch(stage.node.direct(), stage.journals())
        self.scores: list[Score] = []

    def run(self, faults: Sequence[Fault], seconds: float, at_least: int) -> Report:
        """Go through the faults until the time is over, but not before `at_least` of them."""
        began = time.monotonic()
        self.stage.open()
        took = max(self._await_all(began, 90).values())
        self.say(f"everything answers after {took:.1f} s; the faults begin")
        start, order = time.monotonic(), list(faults)
        while len(self.scores) < at_least or time.monotonic() - start < seconds:
            if len(self.scores) % len(order) == 0 and self.scores:
                self.chance.shuffle(order)
            fault = order[len(self.scores) % len(order)]
            if fault.name == "disk full" and not self.stage.node.disk.mounted:
                order.remove(fault)
                self.say("disk full: skipped, no file system may be mounted here (needs root)")
                continue
            self._one(fault)
        self.stage.stop_wishing()
        deeds = self.stage.close()
        self._gaps(deeds)
        self.say("checking the whole history, and okpay verify")
        url = self.stage.node.direct()
        found = [*check(deeds, url), *broken(url)]
        return Report(self.scores, deeds, found, time.monotonic() - began)

    def _one(self, fault: Fault) -> None:
        score = Score(fault.name, time.monotonic())
        self.scores.append(score)
        with fault.inject(self.stage, self.chance):
            if fault.lasts:
                time.sleep(fault.lasts)
        score.ended = time.monotonic()
        score.readiness = self._await_all(score.ended, BACK_WITHIN + 1, patient=self.patient)
        score.late = score.ready > self.ready_within or max(score.readiness.values()) > BACK_WITHIN
        score.found = self.watch.look()
        self.say(
            f"{len(self.scores):3} {fault.name:<40} serves after {score.ready:4.1f} s, "
            f"all after {score.whole:4.1f} s, worker {score.worker:4.1f} s"
            f"{'  TOO LATE' if score.late else ''}, {len(score.found)} violations"
        )
        for line in score.found[:3]:
            self.say(f"      {line}")
        time.sleep(0.2)

    def _await_all(self, since: float, most: float, *, patient: bool = True) -> dict[str, float]:
        """Wait until every process has answered something that was asked after `since`.

        Without patience: until one of each kind has; the others count as ready when that was so.
        """
        ready: dict[str, float] = {}
        lanes = dict(enumerate(self.stage.lane_names))
        names = {*lanes.values(), WORKER}
        kinds = {_kind(name) for name in lanes.values()}
        while (now := time.monotonic() - since) < most:
            for lane, name in lanes.items():
                if name not in ready and self.stage.lanes[lane] > since:
                    ready[name] = now
            if WORKER not in ready and self.stage.worker_idle() < now - GRACE:
                ready[WORKER] = now
            enough = kinds <= {_kind(name) for name in ready}
            if names <= ready.keys() or (enough and not patient):
                return {name: ready.get(name, now) for name in names}
            time.sleep(0.03)
        return {name: ready.get(name, most) for name in names}

    def _gaps(self, deeds: dict[str, Deed]) -> None:
        told = sorted(deed.told_at / 1e9 for deed in deeds.values() if deed.told_at)
        for place, score in enumerate(self.scores):
            after = self.scores[place + 1].began if place + 1 < len(self.scores) else told[-1]
            inside = [score.ended, *(at for at in told if score.ended < at < after), after]
            score.gap = max(b - a for a, b in itertools.pairwise(inside))


def show(report: Report) -> None:
    """Print the table."""
    head = f"{'fault':<40}{'times':>6}{'serves after':>14}{'all after':>12}"
    head += f"{'worker':>9}{'gap':>9}{'violations':>12}"
    lines = ["", head, "-" * len(head)]
    for name in dict.fromkeys(score.fault for score in report.scores):
        rows = [score for score in report.scores if score.fault == name]
        ready, whole = max(score.ready for score in rows), max(score.whole for score in rows)
        gap, worker = max(score.gap for score in rows), max(score.worker for score in rows)
        bad = sum(len(score.found) + score.late for score in rows)
        lines.append(
            f"{name:<40}{len(rows):>6}{ready:>12.1f} s{whole:>10.1f} s{worker:>7.1f} s"
            f"{gap:>7.2f} s{bad:>12}"
        )
    results = [deed.outcome.result if deed.outcome else "open" for deed in report.deeds.values()]
    told = ", ".join(f"{results.count(one):,} {one}" for one in sorted(set(results)))
    lines += [
        "",
        f"{len(report.scores)} faults in {report.seconds:.0f} s; {len(results):,} wishes: {told}",
        f"whole history, and the books by okpay verify: {len(report.found)} violations",
    ]
    lines += [f"  {line}" for line in report.found[:20]]
    sys.stdout.write("\n".join(lines) + "\n")


__all__ = ["FAULTS", "Conductor", "show"]
