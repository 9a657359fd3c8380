"""Who works in the demo: one for each role, a second administrator, and codes anybody can make."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from okpay.cli.town.people import PASSWORD, PIN

if TYPE_CHECKING:
    from okpay.identity.models import Person

# Development only, and printed: with it an authenticator app shows the codes of every demo
# colleague. RFC 4226's own test secret, so that nobody takes it for a real one.
TOTP_SECRET: Final = b"12345678901234567890"
NAME_OF_APP: Final = "Demo"


@dataclass(frozen=True)
class Colleague:
    """Somebody who works in the demo; nobody with these addresses exists."""

    name: str
    email: str
    phone: str
    roles: tuple[str, ...]


STAFF: Final[tuple[Colleague, ...]] = (
    Colleague("沈一鸣", "kyc@demo.example", "+8613800138011", ("kyc",)),
    Colleague("陆景行", "risk@demo.example", "+8613800138012", ("risk",)),
    Colleague("何婉", "support@demo.example", "+8613800138013", ("support",)),
    Colleague("罗敏", "finance@demo.example", "+8613800138014", ("finance",)),
    Colleague("唐宁", "finance2@demo.example", "+8613800138018", ("finance",)),
    Colleague("马骏", "auditor@demo.example", "+8613800138015", ("auditor",)),
    Colleague("欧阳澄", "admin@demo.example", "+8613800138016", ("administrator",)),
    Colleague("叶青", "admin2@demo.example", "+8613800138017", ("administrator",)),
)


def hire() -> None:
    """Enrol the demo's staff with roles and an authenticator app; safe to repeat.

    Raises:
        RuntimeError: in production, where a secret that everybody knows opens no console.
    """
    from okpay.config.env import ENV
    from okpay.identity.models import Person
    from okpay.identity.operations import enrol_person
    from okpay.identity.staff.operations import add_first
    from okpay.identity.staff.queries import roles_of
    from okpay.kernel import clock
    from okpay.kernel.actor import SYSTEM, Actor

    if ENV.production:
        message = "there is no demo staff in production"
        raise RuntimeError(message)
    actor = Actor(person_id=None, kind="system", via="cli")
    for one in STAFF:
        person = Person.objects.filter(email_index=one.email).first() or enrol_person(
            actor=SYSTEM,
            name=one.name,
            email=one.email,
            phone=one.phone,
            password=PASSWORD,
            language="zh-hans",
            payment_password=PIN,
            now=clock.now(),
        )
        _give_app(person)
        if roles_of(person.id) != list(one.roles):
            add_first(actor=actor, email=one.email, roles=one.roles, now=clock.now())


def leave_work() -> None:
    """Leave something on the desk: an adjustment that waits for finance's second person."""
    from okpay.identity.models import Person
    from okpay.kernel import clock
    from okpay.kernel.actor import Actor
    from okpay.kernel.approvals.errors import ApprovalWaitingError
    from okpay.kernel.approvals.models import Approval
    from okpay.kernel.money import asset_of, parse_amount
    from okpay.payments.adjustments import Cause, Way, Wish, propose_adjustment
    from okpay.payments.adjustments.operations import KIND

    maker = Person.objects.get(email_index="finance@demo.example")
    customer = Person.objects.get(email_index="qing@demo.example")
    if Approval.objects.filter(kind=KIND, about=customer.id).exists():
        return
    with suppress(ApprovalWaitingError):
        propose_adjustment(
            actor=Actor(person_id=maker.id, kind="staff", via="web"),
            wish=Wish(
                person_id=customer.id,
                way=Way.CREDIT,
                money=parse_amount("36.50", asset_of("CNY")),
                cause=Cause.TWICE,
                note="退回重复扣款",
            ),
            reason="商户当日对账单第 7 行与第 8 行为同一笔，已与商户核实",
            now=clock.now(),
        )


def _give_app(person: Person) -> None:
    """Put an app with the known secret into force; a real one only ever gets a random secret."""
    from okpay.identity.factors.models import AuthenticatorApp
    from okpay.kernel import clock, crypto
    from okpay.kernel.ids import new_uuid

    if AuthenticatorApp.objects.filter(person=person, confirmed_at__isnull=False).exists():
        return
    row_id, now = new_uuid(), clock.now()
    place = {"table": AuthenticatorApp._meta.db_table, "column": "secret", "row": str(row_id)}
    sealed = crypto.seal(person.id, plain=TOTP_SECRET, **place)
    AuthenticatorApp.objects.create(
        id=row_id,
        person=person,
        name=NAME_OF_APP,
        secret=sealed,
        created_at=now,
        confirmed_at=now,
    )


def code_now(now: datetime | None = None) -> tuple[str, int]:
    """Return the code that a demo colleague's app shows now, and for how many seconds."""
    from okpay.identity.factors import totp

    moment = now or datetime.now(UTC)
    left = totp.STEP - int(moment.timestamp()) % totp.STEP
    return totp.code_at(TOTP_SECRET, totp.step_of(moment)), left
