"""`okpay verify`, `okpay audit` and `okpay checkpoint` as a person runs them (M1, M2)."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from psycopg import sql

from okpay.cli import audit_report, proving
from okpay.payments.proof import ALL
from tests.ledger.story import Story, tell
from tests.payments.conftest import world
from tests.payments.world import World

__all__ = ["world"]
CHECKS = len(ALL) + 1


@pytest.fixture(scope="module")
def story(world: World) -> Story:
    return tell(world)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def okpay(world: World, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command against the world, from a state folder with the test run's keys."""
    home.mkdir(exist_ok=True)
    keys = Path(os.environ["OKPAY_HOME"]) / "secrets.json"
    (home / "secrets.json").write_text(keys.read_text())
    environment = {**os.environ, "OKPAY_DATABASE_URL": world.url, "OKPAY_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "okpay.cli", *arguments],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_audit_reads_only_and_signs_what_it_found(
    world: World, story: Story, home: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    done = okpay(world, home, "audit", "--report", str(report))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert f"all {CHECKS} checks hold" in done.stdout
    inside = json.loads(json.loads(report.read_text())["report"])
    assert (inside["role"], inside["read_only"], inside["holds"]) == ("okpay_audit", True, True)
    assert [head["size"] > 0 for head in inside["checkpoints"]] == [True, True]
    checked = okpay(world, home, "audit", "check", str(report))
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("Signed.")
    assert checked.stdout.endswith("All checks held.\n")


def test_m1_an_audit_names_the_row_and_its_report_cannot_be_bettered(
    world: World, story: Story, home: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    deed = "UPDATE wallets_record SET amount = %s WHERE id = %s"
    with world.owner() as connection:
        connection.execute(deed, [12, story.paid])
        try:
            done = okpay(world, home, "audit", "--quiet", "--report", str(report))
        finally:
            connection.execute(deed, [1200, story.paid])
    line = f"record {story.paid}: amount 12, transfer's 1200"
    assert done.returncode == 1
    assert line in done.stdout
    assert f"1 of {CHECKS} checks are RED" in done.stdout
    text, ours = report.read_text(), proving.known_keys(())
    found = audit_report.opened(text, ours)
    assert line in "\n".join(audit_report.told(found))
    assert not found["holds"]
    for changed, keys in (
        (text.replace("amount 12,", "amount 1200,"), ours),
        (text, (bytes(32),)),
    ):
        with pytest.raises(click.ClickException, match="No key that we know signed this report"):
            audit_report.opened(changed, keys)
    given = proving.known_keys((base64.b64encode(bytes(32)).decode(),))
    assert given == (*ours, bytes(32))


def test_m2_a_checkpoint_kept_elsewhere_exposes_a_cut_tail(
    world: World, story: Story, home: Path, tmp_path: Path
) -> None:
    made = okpay(world, home, "checkpoint", "now")
    assert made.returncode == 0, made.stderr
    kept = tmp_path / "kept.jsonl"
    kept.write_text((home / "checkpoints.jsonl").read_text())
    (home / "checkpoints.jsonl").unlink()
    tables = ("kernel_audit", "kernel_auditseal", "kernel_checkpoint")
    switch = "ALTER TABLE {} {} TRIGGER USER"
    with world.owner() as connection:
        for table in tables:
            connection.execute(sql.SQL(switch).format(sql.Identifier(table), sql.SQL("DISABLE")))
        connection.execute("DELETE FROM kernel_checkpoint WHERE log = 'audit' AND size > 2")
        connection.execute("DELETE FROM kernel_auditseal WHERE position > 2")
        connection.execute(
            "DELETE FROM kernel_audit WHERE id NOT IN (SELECT audit FROM kernel_auditseal)"
        )
        for table in tables:
            connection.execute(sql.SQL(switch).format(sql.Identifier(table), sql.SQL("ENABLE")))
    alone = okpay(world, home, "verify", "--quiet")
    assert alone.returncode == 0  # by itself the database tells a whole story, and a false one
    found = okpay(world, home, "verify", "--quiet", "--checkpoint", str(kept))
    assert found.returncode == 1
    assert f"({kept}): the log was cut behind position 2" in found.stdout


def test_files_and_keys_of_another_form_are_refused_in_one_sentence(tmp_path: Path) -> None:
    odd = tmp_path / "odd.txt"
    odd.write_text("not a checkpoint\n")
    with pytest.raises(click.ClickException, match="is no checkpoint"):
        proving.kept((odd,))
    with pytest.raises(click.ClickException, match="is no public key"):
        proving.known_keys(("AAAA",))
    with pytest.raises(click.ClickException, match="no report of an audit"):
        audit_report.opened("{}", ())
