"""What the explorer's templates need: words and addresses beside the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from okpay.console.pages.ledger import words
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from okpay.kernel.money import Money
    from okpay.payments.explorer.schemas import AccountFacts, HoldFacts, Line, TransferFacts


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with its kind in words, its owner and where it leads."""

    facts: AccountFacts
    kind: str
    owner: str
    url: str


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A transfer with words, both sides and where each leads."""

    facts: TransferFacts
    kind: str
    code: str
    debit: AccountRow
    credit: AccountRow
    url: str
    batch_url: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A transfer in an account's list. `sign`: "in", "out", or "" while the posted stay."""

    seq: int | None
    transfer: TransferRow
    other: AccountRow
    sign: str
    posted: Money | None
    held: Money | None


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold with words for its state, reason and resolver."""

    facts: HoldFacts
    state: str
    badge: str
    icon: str
    reason: str
    resolver: str
    account: AccountRow
    towards: AccountRow
    url: str


def account_row(facts: AccountFacts) -> AccountRow:
    """Put words to an account."""
    return AccountRow(
        facts=facts,
        kind=str(words.ACCOUNTS[facts.kind]),
        owner=_("The house") if facts.of_house else facts.owner_name or encode("cus", facts.owner),
        url=reverse("console_ledger_account", args=[facts.id]),
    )


def transfer_row(facts: TransferFacts) -> TransferRow:
    """Put words to a transfer."""
    return TransferRow(
        facts=facts,
        kind=str(words.KINDS[facts.kind]),
        code=str(words.CODES[facts.code]),
        debit=account_row(facts.debit.account),
        credit=account_row(facts.credit.account),
        url=reverse("console_ledger_transfer", args=[facts.id]),
        batch_url=reverse("console_ledger_batch", args=[facts.batch]),
    )


def line_row(line: Line) -> LineRow:
    """Put words to a line of an account."""
    moved = line.transfer.credit.seq is not None
    sign = ("out" if line.leg.side == "debit" else "in") if moved else ""
    return LineRow(
        seq=line.leg.seq,
        transfer=transfer_row(line.transfer),
        other=account_row(line.other),
        sign=sign,
        posted=line.leg.posted,
        held=line.leg.held,
    )


def hold_row(facts: HoldFacts) -> HoldRow:
    """Put words to a hold."""
    state, badge, icon = words.HOLDS[facts.state]
    return HoldRow(
        facts=facts,
        state=str(state),
        badge=badge,
        icon=icon,
        reason=words.reason_of(facts.reason),
        resolver=words.resolver_of(facts.resolver),
        account=account_row(facts.account),
        towards=account_row(facts.towards),
        url=reverse("console_ledger_hold", args=[facts.id]),
    )


def id_of(text: str) -> UUID:
    """Read a UUID from an address; what is none is not there."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
