"""What is kept too long goes at night, by rules that are written down."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from okpay.kernel import clock, retention
from okpay.kernel.tasks import sweep as job
from okpay.notices.models import Outgoing
from okpay.notices.schemas import Channel
from okpay.notices.states import Sending

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "retention.md"
NOW = datetime(2026, 11, 22, 3, 47, tzinfo=UTC)


def test_every_rule_is_written_down_with_its_days() -> None:
    rows = re.findall(
        r"^\| `([\w.]+)` \|.*\| (\d+) days \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    known = {rule.title: rule.keep for rule in retention.rules()}
    assert {name: timedelta(days=int(days)) for name, days in rows} == known


def test_a_rule_that_fails_does_not_keep_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_rules", {})
    asked: list[datetime] = []

    def fail(_before: datetime) -> int:
        raise LookupError

    def follow(before: datetime) -> int:
        asked.append(before)
        return 3

    retention.register("a.broken", keep=timedelta(days=1), sweep=fail)
    retention.register("b.good", keep=timedelta(days=2), sweep=follow)
    with pytest.raises(retention.SweepFailedError, match=r"^a\.broken$"):
        retention.sweep(NOW)
    assert asked == [NOW - timedelta(days=2)]
    retention.register("b.good", keep=timedelta(days=2), sweep=follow)  # the same again is no other
    with pytest.raises(ValueError, match=r"b\.good"):
        retention.register("b.good", keep=timedelta(days=3), sweep=follow)


def _outgoing(finished: datetime | None) -> Outgoing:
    return Outgoing.objects.create(
        channel=Channel.MAIL,
        recipient="kept@retention.example",
        state=Sending.SENT if finished else Sending.QUEUED,
        created_at=clock.now() - timedelta(days=60),
        finished_at=finished,
    )


def test_the_nightly_job_forgets_to_whom_we_wrote() -> None:
    now = clock.now()
    old, young, waiting = (
        _outgoing(finished)
        for finished in (now - timedelta(days=31), now - timedelta(days=29), None)
    )
    for _ in range(2):
        job.func(0)
    left = Outgoing.objects.filter(pk__in=[old.pk, young.pk, waiting.pk])
    assert set(left.values_list("pk", flat=True)) == {young.pk, waiting.pk}
