"""The drawing of the balance: whole numbers, inside its frame, true to the days."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okpay.kernel.money import ASSETS, Money
from okpay.web.pages.home.chart import HEIGHT, WIDTH, ceiling, draw

CNY = ASSETS["CNY"]
START = datetime(2026, 11, 1, tzinfo=UTC)


def days(*minors: int) -> list[tuple[datetime, Money]]:
    return [(START + timedelta(days=n), Money(CNY, minor)) for n, minor in enumerate(minors)]


def test_nothing_is_drawn_where_there_is_nothing() -> None:
    assert [draw(days()), draw(days(5)), draw(days(0, 0, 0))] == [None] * 3


def test_a_line_goes_from_edge_to_edge_and_up_by_value() -> None:
    chart = draw(days(0, 100_00, 200_00))
    assert chart is not None
    assert (chart.line, chart.top, chart.middle) == (
        "M0.0 100.0L150.0 50.0L300.0 0.0",
        "200",
        "100",
    )
    assert [point.text for point in chart.points] == ["¥0.00", "¥100.00", "¥200.00"]


@pytest.mark.parametrize(
    ("highest", "top"),
    [(1, 2_00), (2_00, 2_00), (201, 4_00), (999_99, 1000_00), (1_234_567, 2_000_000)],
)
def test_the_axis_ends_at_a_round_number(highest: int, top: int) -> None:
    assert ceiling(highest, 100) == top


@given(st.lists(st.integers(0, 10**24), min_size=2, max_size=40))
def test_no_point_leaves_the_frame(minors: list[int]) -> None:
    chart = draw(days(*minors))
    if chart is None:
        assert not any(minors)
        return
    spots = re.findall(r"([\d.]+) ([\d.]+)", chart.line)
    inside = [0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in spots]
    assert inside == [True] * len(minors)
