"""A whole town on the engine's pure decisions, from a seed, with faults; checked every evening."""

from __future__ import annotations

import click

LANGUAGES = {"en": "en", "zh": "zh-hans"}


@click.command(name="simulate")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same story.")
@click.option("--people", default=10_000, show_default=True, type=click.IntRange(10, 1_000_000))
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 366))
@click.option("--lang", default="en", show_default=True, type=click.Choice([*LANGUAGES]))
def command(*, seed: int, people: int, days: int, lang: str) -> None:
    """Let a town pay for some days, on `decide` and a book in memory; exit code 1 if a rule breaks.

    No database is needed. The hash at the end is the same on every machine.
    """
    from okpay.cli.django_setup import set_up

    set_up()
    from django.utils import translation
    from django.utils.translation import gettext as _

    from okpay.payments.simulation import simulate
    from okpay.payments.simulation.report import lines

    with translation.override(LANGUAGES[lang]):
        label = _("Living through %(days)s days") % {"days": days}
        with click.progressbar(length=days, label=label) as bar:
            report = simulate(seed, people, days, passed=lambda _day: bar.update(1))
        for line in lines(report):
            click.echo(line)
    raise SystemExit(1 if report.broken else 0)
