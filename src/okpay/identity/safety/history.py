"""The history of sign-ins: written at each attempt, read by its person, thinned out with time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F

from okpay.identity.safety import places
from okpay.identity.safety.models import Result, SignIn
from okpay.identity.user_agents import Device, describe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

SAME: Final = timedelta(minutes=10)  # a flood of guesses is one row, not a thousand
ADDRESS_KEPT: Final = timedelta(days=90)
KEPT: Final = timedelta(days=400)
A_RUN: Final = 5_000
PAGE: Final = 20
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """One line of the history, as its person sees it. `place` is unknown where nobody knows it."""

    id: int
    at: datetime
    times: int
    result: Result
    device: Device
    address: str
    local: bool
    place: places.Place

    @property
    def good(self) -> bool:
        """Whether somebody got in."""
        return self.result is Result.OK


def note(
    *,
    person_id: UUID,
    result: Result,
    user_agent: str,
    address: str,
    now: datetime,
    device: str = "",
    client: str = "",
) -> None:
    """Write one attempt down, in the caller's transaction if there is one.

    Args:
        person_id: whose sign-in was tried; attempts at sign-ins of nobody are not kept.
        result: what came of it.
        user_agent: as the browser names itself.
        address: the IP address, or "".
        now: the moment.
        device: for a success, the digest under which the device is known.
        client: for a success, the digest that the session carries.
    """
    agent = user_agent[:200]
    if result is not Result.OK and _again(person_id, result, agent, address, now):
        return
    place = places.place_of(address)
    SignIn.objects.create(
        person_id=person_id,
        at=now,
        last_at=now,
        result=result,
        user_agent=agent,
        device=device,
        client=client,
        address=address or None,
        country=place.country,
        city=place.city,
    )


def pretend(*, stranger: UUID, user_agent: str, address: str, now: datetime) -> None:
    """Do for a sign-in of nobody what `note` does for somebody's, and leave nothing behind.

    So the time an answer takes does not tell whether an account exists.
    """
    with transaction.atomic():
        note(
            person_id=stranger,
            result=Result.WRONG_PASSWORD,
            user_agent=user_agent,
            address=address,
            now=now,
        )
        SignIn.objects.filter(person_id=stranger).delete()


def _again(person_id: UUID, result: Result, agent: str, address: str, now: datetime) -> bool:
    """Count a failure under the newest row when that says the same and is minutes old."""
    with transaction.atomic():
        rows = SignIn.objects.filter(person_id=person_id).order_by("-last_at", "-id")
        newest = rows.select_for_update().first()
        same = newest is not None and (
            (newest.result, newest.user_agent, newest.address or "") == (result, agent, address)
            and now - newest.last_at < SAME
        )
        if newest is None or not same:
            return False
        later = max(now, newest.last_at)
        SignIn.objects.filter(pk=newest.pk).update(times=F("times") + 1, last_at=later)
        return True


def _line(row: SignIn) -> Attempt:
    address = row.address or row.network
    return Attempt(
        id=row.pk,
        at=row.last_at,
        times=row.times,
        result=Result(row.result),
        device=describe(row.user_agent),
        address=address,
        local=places.is_local(row.address or ""),
        place=places.Place(row.country, row.city),
    )


def attempts(person_id: UUID, *, page: int = 1) -> tuple[list[Attempt], bool]:
    """Return a page of the history, newest first, and whether there are older ones."""
    first = (max(page, 1) - 1) * PAGE
    rows = SignIn.objects.filter(person_id=person_id).order_by("-last_at", "-id")
    found = list(rows[first : min(first + PAGE + 1, MOST)])
    return [_line(row) for row in found[:PAGE]], len(found) > PAGE


def latest_of(person_id: UUID, devices: Sequence[str]) -> dict[str, Attempt]:
    """Return the newest success from each of these known devices."""
    rows = SignIn.objects.filter(person_id=person_id, device__in=list(devices), result=Result.OK)
    newest = rows.order_by("device", "-last_at", "-id").distinct("device")
    return {row.device: _line(row) for row in newest}


def failures_since(person_id: UUID, since: datetime) -> int:
    """Count the attempts that failed since then."""
    rows = SignIn.objects.filter(person_id=person_id, last_at__gt=since).exclude(result=Result.OK)
    return sum(rows.values_list("times", flat=True)[:MOST])


def thin_out(*, now: datetime) -> tuple[int, int]:
    """Cut addresses down after 90 days, and forget rows after 400; says how many of each."""
    old = SignIn.objects.filter(last_at__lt=now - ADDRESS_KEPT, address__isnull=False)
    rows = list(old.order_by("last_at")[:A_RUN])
    for row in rows:
        row.network, row.address = places.shortened(row.address or ""), None
    SignIn.objects.bulk_update(rows, ["network", "address"], batch_size=500)
    gone = SignIn.objects.filter(last_at__lt=now - KEPT).delete()[0]
    return len(rows), gone
