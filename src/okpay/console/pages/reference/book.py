"""The tables of money and people. What is personal stands masked, or does not stand here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okpay.console.frame import actor_of
from okpay.console.pages.ledger import words
from okpay.console.pages.people import face_of
from okpay.console.pages.reference.tables import Column, Table, Tables
from okpay.funding.models import TopUp
from okpay.identity.looking.operations import note_view
from okpay.identity.models import Person
from okpay.identity.staff import StaffPermission
from okpay.identity.staff.models import StaffMember
from okpay.identity.staff.words import roles_text
from okpay.kernel import clock
from okpay.kernel.ids import BadIdError, decode, encode
from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger.chart import AccountKind, HoldState, TransferCode, TransferKind
from okpay.ledger.models import Account, Hold, Transfer
from okpay.limits.changes import WORDS
from okpay.limits.figures import AMOUNTS, GATED, amount_of, from_json
from okpay.limits.levels import TOP
from okpay.limits.models import Figures
from okpay.wallets.models import PREFIXES, Record, RecordKind
from okpay.wallets.states import RecordState

if TYPE_CHECKING:
    from django.http import HttpRequest

LONGEST: Final = 18  # digits of a number of ours


def _customer(person_id: UUID | None) -> str:
    return encode("cus", person_id) if person_id else "—"


def _amount(name: str = "amount") -> Column:
    def cell(row: Any) -> Money:  # noqa: ANN401 — a row of any table of money
        return Money(BY_NUMBER[row.asset], int(getattr(row, name)))

    return (_AMOUNTS[name], "money", cell)


def _yes(value: object) -> str:
    return _("yes") if value else _("no")


def _figures(number: int) -> Column:
    """Make the column of a level's figures, in units, one after the other."""

    def cell(row: Figures) -> str:
        level = from_json(row.levels)[number]
        amounts = [f"{WORDS[name]} {amount_of(level, name):,}" for name in AMOUNTS]
        gated = [f"{WORDS[one]}: {_yes(one in level.features)}" for one in sorted(GATED)]
        return " · ".join([*amounts, *gated])

    return (format_lazy("{} {}", pgettext_lazy("reference", "Level"), number), "text", cell)


def _uuid(text: str, *prefixes: str) -> dict[str, object] | None:
    """Read a public id, or the UUID itself."""
    try:
        return {"pk": decode(text, *prefixes) if "_" in text else UUID(text)}
    except (BadIdError, ValueError):
        return None


def _number(text: str) -> dict[str, object] | None:
    plain = text.removeprefix("#")
    usable = plain.isascii() and plain.isdigit() and len(plain) <= LONGEST
    return {"pk": int(plain)} if usable else None


_AMOUNTS: Final = {
    "amount": pgettext_lazy("reference", "Amount"),
    "fee": pgettext_lazy("reference", "Fee"),
    "posted": pgettext_lazy("balance", "Posted"),
    "held": pgettext_lazy("balance", "Held"),
}
_NUMBER: Final = pgettext_lazy("reference", "Number")
_KIND: Final = pgettext_lazy("reference", "Kind")
_STATE: Final = pgettext_lazy("reference", "State")
_MADE: Final = pgettext_lazy("reference", "Made")
_OWNER: Final = pgettext_lazy("reference", "Owner")


class Versions(Table):
    """Every version of the limits that two people decided."""

    title = gettext_lazy("Versions of the limits")
    hint = gettext_lazy("Number of a version")
    columns = (
        (pgettext_lazy("reference", "Version"), "code", lambda row: row.version),
        (pgettext_lazy("reference", "Decided"), "when", lambda row: row.decided_at),
        (pgettext_lazy("reference", "Proposal"), "code", lambda row: row.approval),
    )
    more = tuple(_figures(number) for number in range(TOP + 1))

    def found(self, text: str) -> dict[str, object] | None:
        """Find by the number."""
        return _number(text[-9:])


class People(Table):
    """Customers, masked; one at a time, and each look is written down."""

    needs = StaffPermission.CUSTOMERS_READ
    title = gettext_lazy("People")
    hint = gettext_lazy("Whole number of a customer: cus_…")
    walked = False
    columns = (
        (_NUMBER, "code", lambda row: encode("cus", row.pk)),
        (pgettext_lazy("customer", "Name"), "text", lambda row: face_of(row).name),
        (pgettext_lazy("reference", "Level"), "text", lambda row: row.level),
        (pgettext_lazy("reference", "Registered"), "when", lambda row: row.created_at),
    )
    more = (
        (pgettext_lazy("customer", "E-mail"), "text", lambda row: face_of(row).email or "—"),
        (pgettext_lazy("customer", "Phone"), "text", lambda row: face_of(row).phone or "—"),
        (pgettext_lazy("reference", "Region"), "text", lambda row: row.region),
        (pgettext_lazy("reference", "Language"), "text", lambda row: row.language),
        (pgettext_lazy("reference", "Frozen"), "when", lambda row: row.frozen_at),
        (pgettext_lazy("reference", "Open"), "text", lambda row: _yes(row.is_active)),
    )

    def found(self, text: str) -> dict[str, object] | None:
        """Find by the public id."""
        return _uuid(text, "cus")

    def seen(self, request: HttpRequest, row: Person) -> None:
        """Note it as every look at a customer is."""
        note_view(actor=actor_of(request), person_id=row.id, now=clock.now())


class Members(Table):
    """Who works here."""

    needs = StaffPermission.STAFF_READ
    title = gettext_lazy("Members of staff")
    hint = gettext_lazy("Whole number of a customer: cus_…")
    columns = (
        (_NUMBER, "code", lambda row: encode("cus", row.pk)),
        (pgettext_lazy("reference", "Roles"), "text", lambda row: roles_text(row.roles)),
        (pgettext_lazy("reference", "Works here"), "text", lambda row: _yes(row.active)),
        (pgettext_lazy("reference", "Changed"), "when", lambda row: row.changed_at),
    )

    def found(self, text: str) -> dict[str, object] | None:
        """Find by the public id."""
        return _uuid(text, "cus")


class Records(Table):
    """Movements as customers see them, without their words to each other."""

    needs = StaffPermission.LEDGER_READ
    title = gettext_lazy("Records")
    hint = gettext_lazy("Whole number of a record: trf_…")
    columns = (
        (_NUMBER, "code", lambda row: encode(PREFIXES[RecordKind(row.kind)], row.pk)),
        (_KIND, "text", lambda row: words.RECORDS[RecordKind(row.kind)]),
        _amount(),
        (_STATE, "state", lambda row: RecordState(row.state).name.lower()),
        (_MADE, "when", lambda row: row.created_at),
    )
    more = (
        _amount("fee"),
        (pgettext_lazy("account", "From"), "code", lambda row: _customer(row.payer)),
        (pgettext_lazy("account", "To"), "code", lambda row: _customer(row.payee)),
    )

    def found(self, text: str) -> dict[str, object] | None:
        """Find by the public id."""
        return _uuid(text, *PREFIXES.values())


class TopUps(Table):
    """Money brought in by card. Of the card, its brand and last digits."""

    needs = StaffPermission.LEDGER_READ
    title = gettext_lazy("Top-ups")
    hint = gettext_lazy("Whole number of a top-up")
    columns = (
        (_NUMBER, "code", lambda row: encode(PREFIXES[RecordKind.TOP_UP], row.pk)),
        _amount(),
        (_STATE, "code", lambda row: row.state),
        (_MADE, "when", lambda row: row.created_at),
    )
    more = (
        _amount("fee"),
        (_OWNER, "code", lambda row: _customer(row.person_id)),
        (pgettext_lazy("reference", "Acquirer"), "code", lambda row: row.provider),
        (
            pgettext_lazy("reference", "Card"),
            "text",
            lambda row: f"{row.card_brand} …{row.card_last4}" if row.card_last4 else "—",
        ),
        (pgettext_lazy("reference", "Declined for"), "code", lambda row: row.decline_code or "—"),
    )

    def found(self, text: str) -> dict[str, object] | None:
        """Find by the public id."""
        return _uuid(text, PREFIXES[RecordKind.TOP_UP])


class Accounts(Table):
    """Accounts of the book."""

    needs = StaffPermission.LEDGER_READ
    title = gettext_lazy("Accounts of the book")
    hint = gettext_lazy("Number of an account")
    columns = (
        (_NUMBER, "code", lambda row: f"#{row.pk}"),
        (_KIND, "text", lambda row: words.ACCOUNTS[AccountKind(row.kind)]),
        _amount("posted"),
        _amount("held"),
    )
    more = (
        (_OWNER, "code", lambda row: _customer(row.owner)),
        (pgettext_lazy("reference", "Sequence"), "code", lambda row: row.seq),
        (gettext_lazy("No money out"), "text", lambda row: _yes(row.frozen_out)),
        (gettext_lazy("Money in waits"), "text", lambda row: _yes(row.frozen_in)),
    )

    def found(self, text: str) -> dict[str, object] | None:
        """Find by the number."""
        return _number(text)


class Transfers(Table):
    """Movements of the book."""

    needs = StaffPermission.LEDGER_READ
    title = gettext_lazy("Transfers of the book")
    hint = gettext_lazy("Whole UUID of a transfer")
    columns = (
        (_NUMBER, "code", lambda row: row.pk),
        (_KIND, "text", lambda row: words.KINDS[TransferKind(row.kind)]),
        _amount(),
        (_MADE, "when", lambda row: row.at),
    )
    more = (
        (
            pgettext_lazy("reference", "Why"),
            "text",
            lambda row: words.CODES[TransferCode(row.code)],
        ),
        (pgettext_lazy("account", "From"), "code", lambda row: f"#{row.debit_account}"),
        (pgettext_lazy("account", "To"), "code", lambda row: f"#{row.credit_account}"),
        (pgettext_lazy("reference", "Batch"), "code", lambda row: f"#{row.batch}"),
    )

    def found(self, text: str) -> dict[str, object] | None:
        """Find by the UUID."""
        return _uuid(text)


class Holds(Table):
    """Money set aside."""

    needs = StaffPermission.LEDGER_READ
    title = gettext_lazy("Holds of the book")
    hint = gettext_lazy("Whole UUID of a hold")
    columns = (
        (_NUMBER, "code", lambda row: row.pk),
        _amount(),
        (_STATE, "text", lambda row: words.HOLDS[HoldState(row.state)][0]),
        (pgettext_lazy("reference", "Deadline"), "when", lambda row: row.deadline),
    )
    more = (
        (pgettext_lazy("account", "From"), "code", lambda row: f"#{row.account}"),
        (pgettext_lazy("account", "To"), "code", lambda row: f"#{row.credit_account}"),
        (pgettext_lazy("reference", "Why"), "text", lambda row: words.reason_of(row.reason)),
        (pgettext_lazy("reference", "Ended"), "when", lambda row: row.resolved_at),
    )

    def found(self, text: str) -> dict[str, object] | None:
        """Find by the UUID."""
        return _uuid(text)


TABLES: Final = Tables(name="console_reference_tables")
for model, table in (
    (Figures, Versions), (Person, People), (StaffMember, Members), (Record, Records),
    (TopUp, TopUps), (Account, Accounts), (Transfer, Transfers), (Hold, Holds),
):  # fmt: skip
    TABLES.register(model, table)
