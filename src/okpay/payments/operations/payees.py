"""Keep the people one pays again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from okpay.payments.aliases import person_named
from okpay.payments.errors import PayeeIsSelfError, PayeeNotFoundError
from okpay.payments.lookups import count_lookup
from okpay.payments.models import SavedPayee
from okpay.payments.payee_errors import SavedPayeeNotFoundError

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor


def save_payee(*, actor: Actor, alias: str, nickname: str = "", now: datetime) -> SavedPayee:
    """Save the person behind a verified e-mail or phone, or a `cus_…` id; saving again renames.

    Only an address that the owner typed themselves is kept.

    Raises:
        PayeeNotFoundError, PayeeIsSelfError, LookupLimitError.
    """
    owner = actor.require_person()
    if not alias.startswith("cus_"):
        count_lookup(actor=actor, now=now)
    person, address = person_named(alias)
    if person is None:
        raise PayeeNotFoundError
    if person.id == owner:
        raise PayeeIsSelfError
    with transaction.atomic():
        saved, _ = SavedPayee.objects.update_or_create(
            owner=owner,
            payee=person.id,
            defaults={"nickname": nickname.strip()[:60]} | ({"alias": address} if address else {}),
            create_defaults={
                "nickname": nickname.strip()[:60], "alias": address, "created_at": now
            },
        )  # fmt: skip
    return saved


def rename_payee(*, actor: Actor, saved_id: UUID, nickname: str) -> SavedPayee:
    """Give a saved payee another nickname. Raises SavedPayeeNotFoundError."""
    with transaction.atomic():
        saved = _mine(actor, saved_id)
        saved.nickname = nickname.strip()[:60]
        saved.save(update_fields=["nickname"])
    return saved


def delete_payee(*, actor: Actor, saved_id: UUID) -> SavedPayee:
    """Take a payee off the list and return what was there, for undo."""
    with transaction.atomic():
        saved = _mine(actor, saved_id)
        SavedPayee.objects.filter(id=saved_id).delete()
    return saved


def _mine(actor: Actor, saved_id: UUID) -> SavedPayee:
    rows = SavedPayee.objects.select_for_update().filter(owner=actor.require_person())
    saved = rows.filter(id=saved_id).first()
    if saved is None:
        raise SavedPayeeNotFoundError
    return saved
