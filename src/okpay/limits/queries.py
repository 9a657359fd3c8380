"""What holds for a person now: their level, and whether care is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db.models import Subquery

from okpay.identity.caution.queries import care_of
from okpay.identity.models import Person
from okpay.limits.figures import refresh
from okpay.limits.levels import Limit, is_much_for_new, limit_of
from okpay.limits.models import Figures
from okpay.limits.twice import asked_twice

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.identity.caution.care import Care
    from okpay.kernel.money import Money


Reason = Literal["", "careful", "large", "new_payee"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's level and region, and the care that is taken `at` this moment (None: none is)."""

    level: int
    region: str
    care: Care | None
    at: datetime

    @property
    def careful_until(self) -> datetime | None:
        """Until when care is taken, or None."""
        return self.care.until if self.care else None

    def limit(self, asset: int) -> Limit:
        """Return the limits in an asset, in its smallest unit."""
        careful = self.care is not None
        return limit_of(asset=asset, level=self.level, careful=careful, region=self.region)

    def asks_twice(
        self,
        money: Money,
        *,
        new_payee: bool,
        lately: int = 0,
        token_made_at: datetime | None = None,
    ) -> Reason:
        """Return why this payment asks for a second proof: `careful`, `large`, `new_payee`, "".

        `lately` went to the same new payee within a day, in the smallest unit of this asset;
        `token_made_at` is when the token was made that asks, None in the app.
        """
        asset, amount, level, region = money.asset.number, money.minor, self.level, self.region
        reason = asked_twice(
            asset=asset, amount=amount, level=level, region=region, care=self.care,
            token_made_at=token_made_at, now=self.at,
        )  # fmt: skip
        if reason:
            return reason
        much = is_much_for_new(asset=asset, amount=amount + lately, level=level, region=region)
        return "new_payee" if new_payee and much else ""


def standing(person_id: UUID, now: datetime) -> Standing:
    """Return what holds for a person now; somebody unknown has the lowest level."""
    newest = Figures.objects.order_by("-version").values("version")[:1]
    people = Person.objects.filter(pk=person_id).annotate(figures=Subquery(newest))
    row = people.values_list("level", "region", "figures").first()
    level, region, version = row or (0, "", None)
    refresh(version or 0)
    return Standing(level, region, care_of(person_id, now), now)
