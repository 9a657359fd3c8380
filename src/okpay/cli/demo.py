"""People to try the product with: who they are, and loading them once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from okpay.cli.town.people import PASSWORD, PEOPLE, PIN

# The row of the audit trail that says: all of it was loaded.
MARK = ("cli.demo.loaded", "demo")


@dataclass(frozen=True)
class SignIn:
    """What ``okpay serve --demo`` prints for one demo person."""

    name: str
    sign_in: str
    password: str
    payment_password: str


SIGN_INS: tuple[SignIn, ...] = tuple(
    SignIn(one.name, one.email, PASSWORD, PIN) for one in PEOPLE if one.key != "yutong"
)


def loaded(url: str) -> bool:
    """Tell whether the demo is in this database, without loading Django."""
    with psycopg.connect(url) as link:
        query = "SELECT 1 FROM kernel_audit WHERE action = %s AND subject = %s"
        return link.execute(query, MARK).fetchone() is not None


def load_demo(progress: Callable[[str], None]) -> None:
    """Make the demo people and what they did. Django must be set up.

    Every step is safe to repeat; the mark is written last, so a load that was cut off is begun
    again by the next start.
    """
    from django.conf import settings

    from okpay.cli.town.checks import check_in
    from okpay.cli.town.past import past_allowed
    from okpay.cli.town.staff import hire, leave_work
    from okpay.cli.town.telling import Teller
    from okpay.kernel import audit, clock
    from okpay.kernel.actor import Actor
    from okpay.ledger.liabilities.operations import publish_due

    teller = Teller()
    progress("demo people")
    teller.enrol()
    progress("a month of their payments")
    with past_allowed(settings.OKPAY_DATABASE_URL):
        teller.live()
    teller.save_payees()
    hire()
    progress("three real-name checks")
    check_in()
    leave_work()
    actor = Actor(person_id=None, kind="system", via="cli")
    progress("the proof of their funds")
    publish_due(actor=actor, now=clock.now())
    action, subject = MARK
    audit.record(actor=actor, action=action, subject=subject, data={}, now=clock.now())
