"""What people of the town ask of the engine, each wish under a key of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict

from okpay.ledger.chart import AccountKind
from okpay.payments.engine.commands import (
    AnyCommand,
    Flag,
    Group,
    Hold,
    Move,
    Outcome,
    Refund,
    Resolve,
    Send,
    TopUp,
    Way,
)
from okpay.wallets.models import RecordKind

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.payments.engine.commands import Member
    from okpay.payments.simulation.dice import Dice

CNY: Final = 156
USD: Final = 840


class Names(TypedDict):
    """What a wish is kept under."""

    endpoint: str
    client_key: str
    fingerprint: str
    owner: str


@dataclass(slots=True)
class Wish:
    """A command, and what its person was told first."""

    command: AnyCommand
    told: Outcome | None = None


class Wishes:
    """Makes commands; ids and keys come from the dice."""

    def __init__(self, dice: Dice) -> None:
        """Draw from these."""
        self._dice = dice

    def _names(self, endpoint: str, owner: str) -> Names:
        key, body = self._dice.uuid(), self._dice.uuid()
        return {"endpoint": endpoint, "client_key": key, "fingerprint": body, "owner": owner}

    def top_up(self, person: str, minor: int, label: str) -> TopUp:
        """Bring money from outside."""
        record = self._dice.uuid()
        return TopUp(
            **self._names("top_ups", person), record=record, asset=CNY, amount=minor, label=label
        )

    def send(self, payer: str, payee: str, minor: int, *, at_once: bool = False) -> Send:
        """Pay a person, by id or by address; `at_once`: it must not wait for them."""
        alias = payee if "@" in payee else ""
        return Send(
            **self._names("transfers", payer),
            record=self._dice.uuid(),
            asset=CNY,
            amount=minor,
            payee="" if alias else payee,
            alias=alias,
            invite=True,
            must_arrive=at_once,
        )

    def buy(self, payer: str, shop: str, minor: int) -> Move:
        """Pay a shop at once; it bears 0.6 %, at least one fen."""
        return Move(
            **self._names("purchases", payer),
            record=self._dice.uuid(),
            kind=RecordKind.PURCHASE,
            asset=CNY,
            amount=minor,
            fee=max(1, minor * 6 // 1000),
            payee=shop,
        )

    def hold(self, payer: str, shop: str, minor: int, deadline: datetime) -> Hold:
        """Authorise."""
        return Hold(
            **self._names("purchases", payer),
            record=self._dice.uuid(),
            kind=RecordKind.PURCHASE,
            asset=CNY,
            amount=minor,
            reason="authorised",
            deadline=deadline,
            payee=shop,
        )

    def end(self, record: str, way: Way, by: str, minor: int | None = None) -> Resolve:
        """End what waits."""
        return Resolve(**self._names(f"ends.{way}", by), record=record, way=way, amount=minor)

    def refund(self, original: str, minor: int, by: str) -> Refund:
        """Give back; without `by` it is a chargeback."""
        record = self._dice.uuid()
        return Refund(**self._names("refunds", by), record=record, original=original, amount=minor)

    def together(self, by: str, members: list[Member]) -> Group:
        """All or none."""
        return Group(**self._names("groups", by), group=self._dice.uuid(), members=members)

    def exchange(self, person: str, give: int, take: int) -> Group:
        """Change yuan for dollars through the house's position."""
        kind, house = RecordKind.EXCHANGE, AccountKind.EXCHANGE
        return self.together(
            person,
            [
                Move(
                    **self._names("exchanges", person),
                    record=self._dice.uuid(),
                    kind=kind,
                    asset=CNY,
                    amount=give,
                    house=house,
                ),
                Move(
                    **self._names("exchanges", person),
                    record=self._dice.uuid(),
                    kind=kind,
                    asset=USD,
                    amount=take,
                    source=house,
                    payee=person,
                ),
            ],
        )

    def flag(self, person: str, *, frozen: bool) -> Flag:
        """Freeze or unfreeze."""
        return Flag(**self._names("flags", ""), person=person, frozen_out=frozen, frozen_in=frozen)

    def again(self, command: AnyCommand) -> AnyCommand:
        """Ask the same wish once more; a face makes a new id for each try of a payment."""
        fields = {name: getattr(command, name) for name in command.__struct_fields__}
        if type(command) in {Send, Move, Hold, Refund}:
            fields["record"] = self._dice.uuid()
        return type(command)(**fields)
