"""Colleagues by name. Customers are never named here: they show as ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.staff.queries import names_of
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def shown(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return how people are written for staff: colleagues by name, all others by id."""
    wanted = {one for one in ids if one is not None}
    names = names_of(wanted)
    return {one: names.get(one) or encode("cus", one) for one in wanted}
