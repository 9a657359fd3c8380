"""What a proposal says, and whether the book would take it now."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from okpay.identity.models import Person
from okpay.kernel.ids import encode
from okpay.kernel.money import BY_NUMBER, Money
from okpay.payments.adjustments.causes import Way
from okpay.payments.adjustments.errors import AdjustmentCustomerError, AdjustmentFrozenError
from okpay.payments.errors import InsufficientFundsError
from okpay.wallets.models import PREFIXES, RecordKind
from okpay.wallets.queries import balances

if TYPE_CHECKING:
    from okpay.kernel.approvals.models import Approval


def money_of(approval: Approval) -> Money:
    """Read the amount of a proposal."""
    return Money(BY_NUMBER[int(approval.payload["asset"])], int(approval.payload["amount"]))


def number_of(approval: Approval) -> str:
    """Return the public id of the record that it is booked as."""
    return encode(PREFIXES[RecordKind.ADJUSTMENT], UUID(str(approval.payload["record"])))


def refuse_impossible(person_id: UUID, way: Way, money: Money) -> None:
    """Return when the book would take it now; it decides again when it is booked.

    Raises:
        AdjustmentCustomerError, AdjustmentFrozenError, InsufficientFundsError.
    """
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        raise AdjustmentCustomerError
    if person.frozen_at is not None:
        raise AdjustmentFrozenError
    if way is Way.DEBIT:
        short = Money(money.asset, money.minor - _available(person_id, money))
        if short.minor > 0:
            raise InsufficientFundsError(short=short.decimal_string(), currency=money.asset.code)


def _available(person_id: UUID, money: Money) -> int:
    has = [one for one in balances(person_id) if one.asset == money.asset]
    return has[0].available.minor if has else 0
