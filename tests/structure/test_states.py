"""Every table of transitions is whole: each state stands in it, and can be reached."""

from __future__ import annotations

import importlib
from enum import Enum
from pathlib import Path

import pytest

import okpay

pytestmark = pytest.mark.no_database
ROOT = Path(okpay.__file__).parent
MODULES = sorted(
    f"okpay.{file.parent.name}.states"
    for file in ROOT.glob("*/states.py")
    if "TRANSITIONS" in file.read_text(encoding="utf-8")
)
Table = dict[Enum, frozenset[Enum]]


def table_of(module: str) -> Table:
    table: Table = importlib.import_module(module).TRANSITIONS
    return table


@pytest.mark.parametrize("module", MODULES)
def test_every_state_has_its_row_and_every_way_leads_to_a_state(module: str) -> None:
    table = table_of(module)
    states = set(type(next(iter(table))))
    assert set(table) == states
    assert frozenset().union(*table.values()) <= states
    assert [state for state, ways in table.items() if state in ways] == []


@pytest.mark.parametrize("module", MODULES)
def test_every_state_can_be_reached_from_the_first_named(module: str) -> None:
    table = table_of(module)
    reached: set[Enum] = set()
    waiting = [next(iter(type(next(iter(table)))))]
    if not table[waiting[0]]:  # a record may begin complete; then the table names the open state
        waiting = [state for state in table if not reached_by_any(table, state)]
    starts = set(waiting)
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [way for way in table[state] if way not in reached]
    assert reached | starts == set(table)


def reached_by_any(table: Table, state: Enum) -> bool:
    return any(state in ways for ways in table.values())


def test_there_are_tables_to_check() -> None:
    assert "okpay.wallets.states" in MODULES
