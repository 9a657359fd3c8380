"""What we say about OWASP ASVS 5.0 is in form, whole, and names tests that exist."""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

from okpay.config import secrets

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).resolve().parents[2]
STATUSES = ("shown", "partly", "not yet", "not applicable")
# How many requirements of levels 1 and 2 the chapters of ASVS 5.0.0 have.
OF_LEVEL_1_AND_2 = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13,
    14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip
# What we take on of level 3.
OF_LEVEL_3 = """
1.2.10 1.3.12 1.5.3 2.3.5 2.4.2 3.4.7 3.4.8 3.5.8 3.7.3 4.1.4 4.1.5 5.2.4 5.2.5 5.2.6 5.3.3 6.3.5
6.3.7 6.3.8 6.4.5 6.4.6 6.5.6 6.5.7 6.5.8 6.6.4 6.7.1 6.7.2 7.5.3 8.1.3 8.1.4 8.2.4 8.3.2 11.2.4
11.3.4 13.1.4 13.3.4 14.2.6 14.2.7 14.2.8 15.4.2 16.5.4
""".split()


@cache
def _rows() -> list[dict[str, str]]:
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _tests_in(path: str) -> set[str]:
    file = ROOT / path
    if not file.exists():
        return set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def test_ids_are_in_form_in_order_and_once() -> None:
    ids = [row["id"] for row in _rows()]
    assert [name for name in ids if not re.fullmatch(r"\d{1,2}\.\d\.\d{1,2}", name)] == []
    parts = [tuple(map(int, name.split("."))) for name in ids]
    assert parts == sorted(set(parts))


def test_every_requirement_that_we_take_on_has_its_row() -> None:
    counted = dict.fromkeys(OF_LEVEL_1_AND_2, 0)
    for row in _rows():
        if row["level"] in {"1", "2"}:
            counted[int(row["id"].split(".")[0])] += 1
    assert counted == OF_LEVEL_1_AND_2
    assert [row["id"] for row in _rows() if row["level"] == "3"] == OF_LEVEL_3


def test_every_test_that_is_named_exists() -> None:
    named = [(row["id"], test) for row in _rows() for test in row["tests"].split()]
    assert named
    missing = []
    for requirement, test in named:
        path, _, name = test.partition("::")
        if not name.startswith("test_") or name not in _tests_in(path):
            missing.append(f"{requirement}: {test}")
    assert missing == []


def test_a_status_says_no_more_than_its_tests() -> None:
    wrong = [
        row["id"]
        for row in _rows()
        if row["status"] not in STATUSES
        or not row["requirement"]
        or (row["status"] == "shown" and not row["tests"])
        or (row["status"] == "partly" and not row["tests"] and not row["note"])
        or (row["status"] == "not yet" and row["tests"])
        or (row["status"] == "not applicable" and (row["tests"] or not row["note"]))
    ]
    assert wrong == []


def test_every_key_of_the_installation_is_in_the_inventory() -> None:
    page = (ROOT / "docs" / "operations" / "keys.md").read_text(encoding="utf-8")
    inventory = set(re.findall(r"^\| `OKPAY_SECRET_([A-Z_]+)` \|", page, re.MULTILINE))
    assert inventory == {name.upper() for name in secrets.NAMES} | {"ENVELOPE"}
