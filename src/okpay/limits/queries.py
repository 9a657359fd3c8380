"""What holds for a person now: their level, and whether care is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from okpay.identity.caution.queries import careful_until
from okpay.identity.models import Person
from okpay.limits.levels import Limit, is_large, is_much_for_new, limit_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.money import Money


Reason = Literal["", "careful", "large", "new_payee"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's level and region, and until when care is taken (None: it is not)."""

    level: int
    region: str
    careful_until: datetime | None

    def limit(self, asset: int) -> Limit:
        """Return the limits in an asset, in its smallest unit."""
        careful = self.careful_until is not None
        return limit_of(asset=asset, level=self.level, careful=careful, region=self.region)

    def asks_twice(self, money: Money, *, new_payee: bool, lately: int = 0) -> Reason:
        """Return why this payment asks for a second proof: `careful`, `large`, `new_payee`, "".

        `lately` went to the same new payee within a day, in the smallest unit of this asset.
        """
        if self.careful_until is not None:
            return "careful"
        asset, amount, level, region = money.asset.number, money.minor, self.level, self.region
        if is_large(asset=asset, amount=amount, level=level, region=region):
            return "large"
        much = is_much_for_new(asset=asset, amount=amount + lately, level=level, region=region)
        return "new_payee" if new_payee and much else ""


def standing(person_id: UUID, now: datetime) -> Standing:
    """Return what holds for a person now; somebody unknown has the lowest level."""
    row = Person.objects.filter(pk=person_id).values_list("level", "region").first()
    level, region = row or (0, "")
    return Standing(level, region, careful_until(person_id, now))
