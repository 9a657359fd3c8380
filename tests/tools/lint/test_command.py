from __future__ import annotations

from pathlib import Path

import pytest

from tools.lint.__main__ import ROOT, explained, files, main
from tools.lint.rules import RULES


def test_codes_are_unique_and_every_rule_has_its_test_file() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    modules = {p.stem for p in (ROOT / "tools/lint/rules").glob("[a-z]*.py")}
    tests = {p.stem.removeprefix("test_") for p in Path(__file__).parent.glob("test_*.py")}
    assert modules - tests == set()
    assert len(modules) == len(RULES)


def test_the_page_of_the_rules_is_up_to_date() -> None:
    assert (ROOT / "docs/lint.md").read_text(encoding="utf-8") == explained() + "\n"


def test_findings_are_printed_by_place_and_fail(capsys: pytest.CaptureFixture[str]) -> None:
    folder = ROOT / "tests" / "tools" / "lint"
    bad = folder / "utils.py"
    bad.write_text("x = 1  # noqa\n")
    try:
        assert main([str(bad)]) == 1
    finally:
        bad.unlink()
    lines = capsys.readouterr().out.splitlines()
    place = "tests/tools/lint/utils.py:1:"
    assert [line.split(" ")[:2] for line in lines[:-1]] == [[place, "OKP050"], [place, "OKP090"]]
    assert lines[-1] == "2 findings"


def test_clean_files_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(ROOT / "tools" / "lint")]) == 0
    assert capsys.readouterr().out == "tools.lint: no findings\n"


def test_a_file_that_is_no_python_is_a_finding(capsys: pytest.CaptureFixture[str]) -> None:
    bad = ROOT / "tests" / "tools" / "lint" / "broken.py"
    bad.write_text("def (:\n")
    try:
        assert main([str(bad)]) == 1
    finally:
        bad.unlink()
    assert "broken.py:1: OKP000 not Python" in capsys.readouterr().out


def test_folders_are_walked_in_a_fixed_order() -> None:
    listed = list(files([ROOT / "tools" / "lint"]))
    assert listed == sorted(listed)
    assert ROOT / "tools/lint/source.py" in listed
