"""A report for the terminal: sums, faults, and a small plot of the day."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from okpay.payments.simulation.run import Report

BLOCKS: Final = " ▁▂▃▄▅▆▇█"
WIDE: Final = 40
MOST: Final = 8  # kinds of refusals that are named


def sparkline(numbers: Sequence[int]) -> str:
    """One block for each number, the tallest for the largest."""
    most = max([*numbers, 1])
    return "".join(BLOCKS[-(-number * (len(BLOCKS) - 1) // most)] for number in numbers)


def bars(numbers: Sequence[int]) -> Iterator[str]:
    """A bar for each three hours of the day."""
    parts = [sum(numbers[hour : hour + 3]) for hour in range(0, len(numbers), 3)]
    most = max([*parts, 1])
    for place, number in enumerate(parts):
        bar = "█" * (number * WIDE // most)
        yield f"  {place * 3:02}–{place * 3 + 3:02}  {bar:<{WIDE}} {number:>9,}"


def lines(report: Report) -> Iterator[str]:
    """Write the report in the current language."""
    yield _("%(people)s people, %(days)s days, seed %(seed)s") % {
        "people": f"{report.people:,}",
        "days": len(report.by_day),
        "seed": report.seed,
    }
    rate = report.transfers * 10**9 // max(report.nanoseconds, 1)
    seconds, tenths = divmod(report.nanoseconds // 10**8, 10)
    yield _("%(asked)s wishes, %(transfers)s transfers in %(seconds)s s: %(rate)s a second") % {
        "asked": f"{report.asked:,}",
        "transfers": f"{report.transfers:,}",
        "seconds": f"{seconds}.{tenths}",
        "rate": f"{rate:,}",
    }
    yield ""
    yield _("A day of the town, by hour") + f"  {sparkline(report.by_hour)}"
    yield from bars(report.by_hour)
    yield _("The days") + f"  {sparkline(report.by_day)}"
    yield ""
    yield _("Done: %(list)s") % {"list": _listed(report.done)}
    yield _("Refused: %(list)s") % {"list": _listed(report.refusals)}
    yield _("Faults met: %(list)s") % {"list": _listed(report.faults)}
    yield ""
    yield from _verdict(report)
    yield _("Hash: %(digest)s") % {"digest": report.digest}


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counted.most_common(MOST)) or "–"


def _verdict(report: Report) -> Iterator[str]:
    if not report.broken:
        yield _(
            "Every evening all rules held: sums are zero, holds agree, each wish was done once."
        )
        return
    yield _("RULES ARE BROKEN on day %(day)s:") % {"day": len(report.by_day)}
    for sentence in report.broken:
        yield f"  {sentence}"
