"""`okpay proof` and `okpay ledger balance`, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from okpay.cli.main import okpay
from tests.ledger.liabilities.conftest import ledger, town, world
from tests.payments.wishes import send

if TYPE_CHECKING:
    from tests.ledger.liabilities.town import Town

__all__ = ["ledger", "run", "town", "world"]
Run = Callable[..., Result]


@pytest.fixture
def run(town: Town) -> Run:
    """Type a command, in this process, over the town's book."""
    return lambda *words: CliRunner().invoke(okpay, list(words), prog_name="okpay")


def test_publish_show_and_check_belong_together(town: Town, run: Run, tmp_path: Path) -> None:
    from okpay.kernel.ids import encode

    ann, _ = town.rich(123_450, 7)
    town.sleep()
    published = run("proof", "publish")
    assert published.exit_code == 0, published.output
    lines = published.output.splitlines()
    assert lines[0] == "OKPay proof of liabilities, version 1"
    assert lines[1] == f"day {town.day}"
    again = run("proof", "publish")
    assert again.output.splitlines() == ["Every day is published already.", *lines]
    shown = run("proof", "show", encode("cus", ann))
    assert shown.exit_code == 0, shown.output
    file = tmp_path / "proof.json"
    file.write_text(shown.output, encoding="utf-8")
    good = run("proof", "check", str(file), "--customer", encode("cus", ann))
    assert (good.exit_code, good.output.splitlines()[0]) == (0, "The proof holds.")
    changed = {**json.loads(shown.output), "balance": "1234.51"}
    file.write_text(json.dumps(changed), encoding="utf-8")
    bad = run("proof", "check", str(file))
    assert bad.exit_code == 1
    assert "your balance does not lead to the published root" in bad.output
    file.write_text("{}", encoding="utf-8")
    assert run("proof", "check", str(file)).exit_code == 2


def test_what_cannot_be_published_or_shown_is_one_sentence(town: Town, run: Run) -> None:
    town.sleep()
    assert run("proof", "publish").exit_code == 0
    for words, said in (
        (("proof", "publish", "--day", "2001-01-01"), "Nothing was published: "),
        (("proof", "show", "ann"), "has the form cus_"),
        (("proof", "show", "cus_" + "0" * 26), "has no CNY in the tree of"),
        (("proof", "show", "cus_" + "0" * 26, "--day", "2001-01-01"), "Nothing was published"),
    ):
        result = run(*words)
        assert (result.exit_code, said in result.output) == (1, True), result.output


def test_balances_at_a_moment(town: Town, run: Run) -> None:
    from okpay.kernel import clock
    from okpay.kernel.ids import encode

    ann, ben = town.rich(10_000, 1)
    before = clock.now().isoformat()
    town.world.done(send(ann, ben, 2_500))
    number = encode("cus", ann)
    then = run("ledger", "balance", "--customer", number, "--as-of", before)
    assert then.exit_code == 0, then.output
    assert then.output.splitlines()[1].split()[1:] == [
        "wallet",
        "1",
        "100.00",
        "CNY",
        "0.00",
        "CNY",
    ]
    now = run("ledger", "balance", "--customer", number)
    assert now.output.splitlines()[1].split()[2:4] == ["2", "75.00"]
    account = now.output.splitlines()[1].split()[0]
    assert run("ledger", "balance", "--account", account).output == now.output
    whole = run("ledger", "balance", "--all", "--as-of", before).output.splitlines()
    assert whole[-1].split() == ["together", "0.00", "CNY"]
    assert (
        run("ledger", "balance", "--asset", "CNY", "--as-of", before).output.splitlines() == whole
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--all", "--asset", "CNY"), 2, "Choose one of"),
        ((), 2, "Choose one of"),
        (("--all", "--as-of", "yesterday"), 2, "is no moment"),
        (("--all", "--as-of", "2026-01-01T00:00:00"), 2, "names no zone"),
        (("--all", "--as-of", "2999-01-01T00:00:00Z"), 1, "This moment has not come yet."),
        (("--account", "0"), 1, "There is no account 0."),
        (("--customer", "ann"), 1, "has the form cus_"),
        (("--asset", "XXX"), 1, "This currency is not supported."),
    ],
)
def test_questions_that_have_no_answer_say_why(
    run: Run, words: tuple[str, ...], code: int, said: str
) -> None:
    result = run("ledger", "balance", *words)
    assert (result.exit_code, said in result.output) == (code, True), result.output
