"""Rows grouped by month and day, as the list shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from okpay.web.pages.records.filters import day_title, local_day, month_title
from okpay.web.pages.records.rows import Row


@dataclass(slots=True)
class Day:
    """The rows of one day under its heading."""

    title: str
    rows: list[Row]


@dataclass(slots=True)
class Month:
    """The days of one month under its sums; `more_url` only on the last of a page."""

    first: date
    title: str
    days: list[Day]
    totals: Sequence[Any] = field(default_factory=list)
    more_url: str = ""

    @property
    def id(self) -> str:
        """The id of its heading."""
        return f"month-{self.first:%Y-%m}"


def group(rows: Sequence[Row], now: datetime) -> list[Month]:
    """Group rows that are ordered newest first."""
    today = local_day(now)
    return [
        Month(first, month_title(first), _days(list(found), today))
        for first, found in groupby(rows, lambda row: _day(row).replace(day=1))
    ]


def _days(rows: list[Row], today: date) -> list[Day]:
    return [Day(day_title(day, today), list(found)) for day, found in groupby(rows, _day)]


def _day(row: Row) -> date:
    return local_day(row.at)
