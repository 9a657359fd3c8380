"""Turn rows of the book into facts, with all names and accounts of a page in two queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from okpay.identity.models import Person
from okpay.identity.rules import mask_name
from okpay.kernel.money import BY_NUMBER, Money
from okpay.ledger.chart import HOUSE, AccountKind, TransferCode, TransferKind
from okpay.ledger.models import Account
from okpay.payments.engine.decide_shared import child_id
from okpay.payments.explorer.schemas import AccountFacts, Leg, Line, TransferFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from okpay.ledger.models import Transfer

NOBODY: Final = UUID(HOUSE)
_CHILDREN: Final = (1, 2)  # the fee, and the end of what was pending


def accounts_by_id(numbers: Iterable[int]) -> dict[int, AccountFacts]:
    """Read accounts with their owners' masked names."""
    rows = list(Account.objects.filter(id__in=set(numbers)))
    return {one.id: one for one in facts_of(rows)}


def facts_of(rows: Iterable[Account]) -> list[AccountFacts]:
    """Show accounts, in the order given."""
    found = list(rows)
    names = names_of(row.owner for row in found)
    return [_facts(row, names.get(row.owner, "")) for row in found]


def names_of(people: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return masked names by person."""
    wanted = {one for one in people if one is not None and one != NOBODY}
    if not wanted:
        return {}
    return {one.id: mask_name(one.name) for one in Person.objects.filter(id__in=wanted)}


def _facts(row: Account, name: str) -> AccountFacts:
    asset = BY_NUMBER[row.asset]
    return AccountFacts(
        id=row.id,
        owner=row.owner,
        owner_name=name,
        kind=AccountKind(row.kind),
        asset=asset,
        posted=Money(asset, int(row.posted)),
        held=Money(asset, int(row.held)),
        floor=None if row.floor is None else Money(asset, int(row.floor)),
        seq=row.seq,
        frozen_out=row.frozen_out,
        frozen_in=row.frozen_in,
    )


def transfers_of(rows: Iterable[Transfer]) -> list[TransferFacts]:
    """Show transfers with both sides, in the order given."""
    found = list(rows)
    sides = [number for row in found for number in (row.debit_account, row.credit_account)]
    accounts = accounts_by_id(sides)
    return [_transfer(row, accounts) for row in found]


def _transfer(row: Transfer, accounts: dict[int, AccountFacts]) -> TransferFacts:
    asset = BY_NUMBER[row.asset]
    debit = Leg(
        account=accounts[row.debit_account],
        side="debit",
        seq=row.debit_seq,
        posted=Money(asset, int(row.debit_posted)),
        held=Money(asset, int(row.debit_held)),
    )
    after = None if row.credit_posted is None else Money(asset, int(row.credit_posted))
    credit = Leg(accounts[row.credit_account], "credit", row.credit_seq, after, None)
    return TransferFacts(
        id=row.id,
        family=row.linked or row.pending or row.id,
        at=row.at,
        batch=row.batch,
        kind=TransferKind(row.kind),
        code=TransferCode(row.code),
        money=Money(asset, int(row.amount)),
        pending=row.pending,
        linked=row.linked,
        debit=debit,
        credit=credit,
    )


def line_of(transfer: TransferFacts, account_id: int) -> Line:
    """Show a transfer from the side of one of its accounts."""
    if transfer.debit.account.id == account_id:
        return Line(transfer, transfer.debit, transfer.credit.account)
    return Line(transfer, transfer.credit, transfer.debit.account)


def family_of(record: UUID) -> list[UUID]:
    """Return the ids that the legs of one record can have."""
    return [record, *(UUID(child_id(str(record), number)) for number in _CHILDREN)]
