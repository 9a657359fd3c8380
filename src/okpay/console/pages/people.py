"""People on pages of staff: colleagues by name, customers masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from okpay.identity.rules import mask_email, mask_name, mask_phone
from okpay.identity.staff.queries import names_of
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from okpay.identity.models import Person


@dataclass(frozen=True, slots=True)
class Face:
    """A customer as they may be listed: masked. What is sealed opens only where it is shown."""

    person: Person
    public_id: str
    name: str

    @property
    def email(self) -> str:
        """The masked e-mail; "" without one."""
        return mask_email(self.person.email)

    @property
    def phone(self) -> str:
        """The masked phone; "" without one."""
        return mask_phone(self.person.phone) if self.person.phone else ""


def face_of(person: Person) -> Face:
    """Show a customer in a list."""
    return Face(person=person, public_id=encode("cus", person.id), name=mask_name(person.name))


def shown(ids: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return how those who acted are written: colleagues by name, all others by id."""
    wanted = {one for one in ids if one is not None}
    names = names_of(wanted)
    return {one: names.get(one) or encode("cus", one) for one in wanted}
