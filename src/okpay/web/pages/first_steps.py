"""What a new person does first, in order, each step ticked off once it is a fact."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from okpay.identity.models import Person
from okpay.identity.queries import has_payment_password
from okpay.wallets.models import RecordKind
from okpay.wallets.queries import Choice, narrowed

_PAID_IN = Choice(kind=RecordKind.TOP_UP, direction="in")
_PAID_OUT = Choice(kind=RecordKind.TRANSFER, direction="out")


@dataclass(frozen=True, slots=True)
class Step:
    """A first step: the page where it is done, what the link there says, whether it is done."""

    title: str
    text: str
    url: str
    action: str
    done: bool
    next: bool = False

    @property
    def state(self) -> str:
        """How the timeline draws it."""
        if self.done:
            return "done"
        return "now" if self.next else "todo"


def first_steps(person: Person | None) -> list[Step]:
    """List the first steps; nobody who is signed in has done none."""
    steps = [_contacts(person), _password(person), _money_in(person), _money_out(person)]
    first = next((step for step in steps if not step.done), None)
    return [replace(step, next=step is first) for step in steps]


def _contacts(person: Person | None) -> Step:
    mail = person is not None and person.email_verified_at is not None
    phone = person is not None and person.phone_verified_at is not None
    return Step(
        _("Verify your e-mail and phone"),
        _("Others find you by them, and you get back in with them."),
        reverse("account_change_phone" if mail else "account_email"),
        _("Verify"),
        mail and phone,
    )


def _password(person: Person | None) -> Step:
    return Step(
        _("Set a payment password"),
        _("Six digits that confirm every payment."),
        reverse("payment_password"),
        _("Set"),
        person is not None and has_payment_password(person.id),
    )


def _money_in(person: Person | None) -> Step:
    return Step(
        _("Put money in"),
        _("By card; the fee is shown before you confirm."),
        reverse("topup"),
        _("Top up"),
        person is not None and narrowed(person.id, _PAID_IN).exists(),
    )


def _money_out(person: Person | None) -> Step:
    return Step(
        _("Pay somebody"),
        _("By e-mail or phone; check the name before you confirm."),
        reverse("transfer"),
        _("Transfer"),
        person is not None and narrowed(person.id, _PAID_OUT).exists(),
    )
