"""A payee in words: masked name, masked alias, and what to be careful about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from okpay.kernel.actor import Actor
from okpay.kernel.ids import encode
from okpay.payments import queries
from okpay.web.pages.records.rows import letter_of


class Payee(Protocol):
    """A payee as looked up, or as bound in a quote."""

    @property
    def payee_id(self) -> UUID | None: ...
    @property
    def payee_masked(self) -> str: ...
    @property
    def payee_alias_masked(self) -> str: ...
    @property
    def first_time(self) -> bool: ...
    @property
    def verified(self) -> bool: ...
    @property
    def will_pend(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """What the payee part of a slip shows, and when money for them is there."""

    name: str
    text: str
    arrives: str
    arrives_note: str
    letter: str = ""
    first_time: bool = False
    pend_title: str = ""
    pend_text: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A person in the list of people one pays; `value` names them to the next step."""

    value: str
    title: str
    text: str
    letter: str
    saved: bool


def shown(payee: Payee) -> Shown:
    """Put a payee into words; somebody without a wallet is shown by the masked alias alone."""
    if payee.payee_id is None:
        return Shown(
            name=payee.payee_alias_masked,
            text=_("No wallet yet"),
            arrives=_("Once they claim it"),
            arrives_note=_("They have 7 days. Otherwise it comes back to you in full"),
            pend_title=_("They have no wallet yet."),
            pend_text=_("The money is put on hold for you until they claim it with a link."),
        )
    checked = _("verified") if payee.verified else _("not verified yet")
    stopped = bool(payee.will_pend)
    return Shown(
        name=payee.payee_masked,
        text=f"{payee.payee_alias_masked} · {checked}",
        arrives=_("Once their wallet is open again") if stopped else _("At once"),
        arrives_note="" if stopped else _("You are both told right after"),
        letter=letter_of(payee.payee_masked),
        first_time=payee.first_time,
        pend_title=_("Their wallet is stopped at the moment.") if stopped else "",
        pend_text=_("The money is put on hold for you. It comes back if nothing changes.")
        if stopped
        else "",
    )


def choices(actor: Actor) -> list[Choice]:
    """List saved payees first, then the people paid last who are not saved."""
    person = actor.require_person()
    saved = queries.saved_payees(person)
    known = {line.person_id for line in saved}
    recent = [line for line in queries.recent_payees(person) if line.person_id not in known]
    return [_choice(line, saved=line.person_id in known) for line in [*saved, *recent]]


def _choice(line: queries.PayeeLine, *, saved: bool) -> Choice:
    title = line.nickname or line.name
    parts = [line.name if line.nickname else "", line.alias_masked]
    text = " · ".join(part for part in parts if part)
    return Choice(encode("cus", line.person_id), title, text, letter_of(title), saved)
