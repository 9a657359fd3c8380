"""A simulated town: the same story from the same seed, and every planted fault is found."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.utils import translation

from okpay.payments.engine import book, decide, decide_refund
from okpay.payments.engine.commands import Outcome
from okpay.payments.engine.state import AccountState
from okpay.payments.simulation import Report, simulate
from okpay.payments.simulation.report import bars, lines, sparkline

pytestmark = pytest.mark.no_database
PEOPLE, DAYS = 240, 9


@pytest.fixture(scope="module")
def story() -> Report:
    return simulate(1, PEOPLE, DAYS)


def test_every_rule_holds_through_all_faults(story: Report) -> None:
    assert story.broken == []
    assert len(story.by_day) == DAYS
    assert min(story.faults.values()) > 0
    assert set(story.faults) == {
        "answer lost after the commit", "clock jump", "conflict", "crash before the commit",
        "duplicate",
    }  # fmt: skip
    assert set(story.done) == {
        "Flag", "Group", "Hold", "Move", "Refund", "Resolve", "Send", "TopUp",
    }  # fmt: skip


def test_the_same_seed_tells_the_same_story_in_another_process(story: Report) -> None:
    """Also under another hash seed, so that no order of a set or dict decides anything."""
    program = (
        "import django; django.setup()\n"
        "from okpay.payments.simulation import simulate\n"
        f"print(simulate(1, {PEOPLE}, {DAYS}).digest)"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert said.stdout.strip() == story.digest


def test_told_again_it_is_the_same_and_another_seed_is_another(story: Report) -> None:
    assert simulate(1, PEOPLE, DAYS).digest == story.digest
    assert simulate(2, PEOPLE, DAYS).digest != story.digest


def _forgets(*_: object) -> None:
    return None


def _spends_held_money(account: AccountState) -> int:
    return account.posted


def _keeps_the_rest(*args: object, **more: object) -> None:
    more["whole"] = None
    _post_held(*args, **more)  # type: ignore[arg-type]  # passed through


def _forgets_refunds(*args: object) -> Outcome | None:
    return None


_post_held = book.post_held


@pytest.mark.parametrize(
    ("where", "name", "fault", "says"),
    [
        (decide, "_known", _forgets, "the book refuses a batch"),
        (AccountState, "available", _spends_held_money, "below its floor"),
        (book, "post_held", _keeps_the_rest, "is not what its wishes made"),
        (decide_refund, "_may_not", _forgets_refunds, "went back"),
    ],
)
def test_a_planted_fault_is_found(
    monkeypatch: pytest.MonkeyPatch, where: object, name: str, fault: object, says: str
) -> None:
    """Within a few small stories; in a large town one is enough."""
    monkeypatch.setattr(where, name, fault)
    stories = (simulate(seed, PEOPLE, DAYS).broken for seed in range(1, 9))
    broken = next((found for found in stories if found), [])
    assert any(says in sentence for sentence in broken), broken


def test_the_report_is_plain_in_two_languages(story: Report) -> None:
    with translation.override("en"):
        english = "\n".join(lines(story))
    with translation.override("zh-hans"):
        chinese = "\n".join(lines(story))
    assert f"Hash: {story.digest}" in english
    assert story.digest in chinese
    assert ("Every evening" in english, "每天晚上" in chinese) == (True, True)


def test_the_plots_scale_to_their_largest() -> None:
    assert sparkline([0, 1, 8]) == " ▁█"
    assert sparkline([0, 0]) == "  "
    assert [line.count("█") for line in bars([10, 0, 0, 5, 0, 0])] == [40, 20]
