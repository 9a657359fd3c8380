"""What a person chose to see of the records: read from the address, written back into links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy

KINDS: Final = (
    ("", pgettext_lazy("records", "All")),
    ("in", gettext_lazy("Received")),
    ("out", gettext_lazy("Paid")),
    ("transfer", gettext_lazy("Transfers")),
    ("topup", gettext_lazy("Top-ups")),
)
RANGES: Final = (
    ("", pgettext_lazy("time", "All")),
    ("today", gettext_lazy("Today")),
    ("week", gettext_lazy("Past 7 days")),
    ("custom", gettext_lazy("Custom")),
)
WEEK: Final = 7
SEARCH_LENGTH: Final = 80
FIRST_DAY: Final = date(2000, 1, 1)  # near the ends of the calendar one cannot count on
LAST_DAY: Final = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice that is a link."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """The choice. `since` and `until` are days as typed; `begin` and `end` bound the moments."""

    kind: str = ""
    span: str = ""
    search: str = ""
    since: str = ""
    until: str = ""
    begin: datetime | None = None
    end: datetime | None = None
    error: str = ""
    kinds: list[Chip] = field(default_factory=list)
    ranges: list[Chip] = field(default_factory=list)

    @property
    def custom(self) -> bool:
        """Whether the two days are to be typed."""
        return self.span == "custom"

    @property
    def active(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.kind or self.span or self.search)

    @property
    def narrows(self) -> bool:
        """Whether less than everything is shown: custom days may not be typed yet."""
        return bool(self.kind or self.search or self.begin or self.end)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What a search must carry along."""
        return [(name, value) for name, value in self.pairs() if name != "q"]

    def pairs(self) -> list[tuple[str, str]]:
        """The choice as it stands in an address."""
        named = {"kind": self.kind, "range": self.span, "q": self.search}
        days = {"since": self.since, "until": self.until} if self.custom else {}
        return [(name, value) for name, value in (named | days).items() if value]


def read(query: QueryDict, now: datetime) -> Filters:
    """Read the choice; what is not understood counts as not chosen."""
    kind = _one_of(query.get("kind", ""), KINDS)
    span = _one_of(query.get("range", ""), RANGES)
    search = query.get("q", "").replace("\x00", "").strip()[:SEARCH_LENGTH]
    since, until = query.get("since", ""), query.get("until", "")
    begin, end, error = _bounds(span, since, until, now)
    chosen = Filters(kind, span, search, since, until, begin, end, error)
    return Filters(
        kind, span, search, since, until, begin, end, error, _chips(KINDS, "kind", chosen),
        _chips(RANGES, "range", chosen),
    )  # fmt: skip


def midnight(day: date) -> datetime:
    """Return the moment a day begins where the person lives."""
    return timezone.make_aware(datetime.combine(day, time.min))


def local_day(moment: datetime) -> date:
    """Return the day on which a moment falls where the person lives."""
    return timezone.localtime(moment).date()


def read_day(text: str) -> date | None:
    """Read a day typed as 2026-11-21; None when it is none, or far from all records."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _one_of(value: str, choices: tuple[tuple[str, object], ...]) -> str:
    return value if value in {name for name, _ in choices} else ""


def _bounds(
    span: str, since: str, until: str, now: datetime
) -> tuple[datetime | None, datetime | None, str]:
    today = timezone.localtime(now).date()
    if span == "today":
        return midnight(today), None, ""
    if span == "week":
        return midnight(today - timedelta(days=WEEK - 1)), None, ""
    if span != "custom" or not (since or until):
        return None, None, ""
    first, last = read_day(since), read_day(until)
    if first is None or last is None:
        return None, None, gettext("Enter both days, from 2000 to 2199.")
    if last < first:
        return None, None, gettext("The first day is after the last one.")
    return midnight(first), midnight(last + timedelta(days=1)), ""


def _chips(choices: tuple[tuple[str, object], ...], name: str, chosen: Filters) -> list[Chip]:
    rest = [(key, value) for key, value in chosen.pairs() if key != name]
    if name == "range":
        rest = [(key, value) for key, value in rest if key not in {"since", "until"}]
    current = chosen.kind if name == "kind" else chosen.span
    return [
        Chip(str(label), _url([*rest, (name, value)]), value == current) for value, label in choices
    ]


def _url(pairs: list[tuple[str, str]]) -> str:
    kept = [(name, value) for name, value in pairs if value]
    return reverse("records") + (f"?{urlencode(kept)}" if kept else "")


def more_url(chosen: Filters, cursor: str, month: date) -> str:
    """Return the address of the next page of this choice, after the record `cursor` of `month`."""
    return _url([*chosen.pairs(), ("before", cursor), ("month", f"{month:%Y-%m}")])


def month_title(day: date) -> str:
    """Write a month: 2026年11月, November 2026."""
    names = (
        "January February March April May June July August September October November December"
    ).split()
    parts = {"year": day.year, "number": day.month, "name": names[day.month - 1]}
    # Translators: a month such as "November 2026"; %(number)s is its number.
    return pgettext("month", "%(name)s %(year)s") % parts


def day_title(day: date, today: date) -> str:
    """Write a day as the list's heading: 今天 · 11月21日 周六, Today · Sat 21 Nov."""
    weekdays = (
        pgettext("weekday", "Mon"), pgettext("weekday", "Tue"), pgettext("weekday", "Wed"),
        pgettext("weekday", "Thu"), pgettext("weekday", "Fri"), pgettext("weekday", "Sat"),
        pgettext("weekday", "Sun"),
    )  # fmt: skip
    short = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    parts = {
        "weekday": weekdays[day.weekday()],
        "day": day.day,
        "month": day.month,
        "name": short[day.month - 1],
    }
    # Translators: a day such as "Sat 21 Nov"; %(month)s is the number of the month.
    written = pgettext("day heading", "%(weekday)s %(day)s %(name)s") % parts
    near = {0: gettext("Today"), 1: gettext("Yesterday")}.get((today - day).days)
    return f"{near} · {written}" if near else written
