"""Begin to take care."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from okpay.identity.caution.causes import Cause
from okpay.identity.caution.models import Caution
from okpay.kernel import audit
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

HOURS: Final = 24  # security.md: lower limits for 24 h after a change of credentials
MOST_HOURS: Final = 24 * 30
# Only ever later: two changes at the same moment keep the longer care. It began where the care
# that is in force began. GREATEST passes over NULL.
_LATER: Final = """
INSERT INTO caution_careful (person_id, until, since, changed_until) VALUES (%s, %s, %s, %s)
ON CONFLICT (person_id) DO UPDATE SET
  until = GREATEST(caution_careful.until, EXCLUDED.until),
  since = CASE WHEN caution_careful.until > EXCLUDED.since THEN caution_careful.since
          ELSE EXCLUDED.since END,
  changed_until = GREATEST(caution_careful.changed_until, EXCLUDED.changed_until)
"""


def begin(*, person_id: UUID, cause: Cause, now: datetime, hours: int = HOURS) -> Caution:
    """Take care of a person's payments from now on, in the caller's transaction if there is one.

    Until then the lower limits hold and every payment in the app asks for a second proof. A token
    pays nothing, but one that is older than this care where nothing happened beside a sign-in from
    a new device. Care that is in force already is never shortened. It is entered in the audit
    trail; telling the person is the caller's part, who knows what happened.

    Args:
        person_id: whose payments.
        cause: what happened.
        now: the moment.
        hours: for how long, 1 to 720.

    Raises:
        ValueError: `hours` outside of that.
    """
    if not 1 <= hours <= MOST_HOURS:
        raise ValueError(hours)
    until = now + timedelta(hours=hours)
    with transaction.atomic():
        caution = Caution.objects.create(
            person_id=person_id, cause=cause, begun_at=now, until=until
        )
        with connection.cursor() as cursor:
            changed_until = None if cause == Cause.NEW_DEVICE else until
            cursor.execute(_LATER, [person_id, until, now, changed_until])
        audit.record(
            actor=SYSTEM,
            action="identity.caution.begun",
            subject=encode("cus", person_id),
            data={"cause": str(cause), "until": until.isoformat()},
            now=now,
        )
    return caution
