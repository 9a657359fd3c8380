"""Open wallets and freeze them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from okpay.identity.freezing.operations import freeze, lift, settle
from okpay.identity.freezing.states import Cause
from okpay.payments.engine.access import engine
from okpay.payments.engine.commands import OpenAccount
from okpay.payments.outcomes import Outcome, outcome_from
from okpay.payments.prints import fingerprint_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor
    from okpay.kernel.money import Asset


def open_wallet(*, person_id: UUID, asset: Asset) -> Outcome:
    """Make sure that a person has an account in an asset; it opens empty."""
    command = OpenAccount(
        endpoint="accounts",
        client_key=asset.code,
        fingerprint=fingerprint_of(asset.code),
        owner=str(person_id),
        asset=asset.number,
    )
    return outcome_from(engine().run(command)).done_or_raise()


def freeze_person(*, actor: Actor, person_id: UUID, reason: str, now: datetime) -> None:
    """Freeze without words for the person: imports, demo data and drills.

    Faces call `okpay.identity.freezing`. `reason` is the name of the rule, where it is not the
    owner who acts.
    """
    own = actor.person_id == person_id
    freeze(
        actor=actor,
        person_id=person_id,
        cause=Cause.OWNER if own else Cause.RULE,
        rule="" if own else reason,
        now=now,
    )


def unfreeze_person(*, actor: Actor, person_id: UUID, reason: str, now: datetime) -> int:
    """Open an account again without a second person; returns how many transfers arrived.

    For imports, demo data and drills. No face calls this: there two people decide.
    """
    lift(actor=actor, person_id=person_id, note=reason, now=now)
    return settle(person_id=person_id)
