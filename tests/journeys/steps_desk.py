"""The desk of the real-name check in a running product, by its operations: pages are another's."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.product import LiveProduct

# Runs inside the installation under test. The reviewer is enrolled at the first call.
DECIDE = """
import json, os, sys
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "okpay.config.settings"
django.setup()
from okpay.identity.models import Person
from okpay.identity.operations import enrol_person
from okpay.identity.staff.models import StaffMember
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM, Actor
from okpay.kyc import desk
from okpay.kyc.models import Case
wish, now = json.loads(sys.argv[1]), clock.now()
email = "reviewer@journeys.example"
who = Person.objects.filter(email_index=email).first() or enrol_person(
    actor=SYSTEM, name="审核员", email=email, phone="+8613600000001",
    password="seven quiet rivers run", language="zh-hans", now=now,
)
StaffMember.objects.get_or_create(
    person=who, defaults={"roles": ["kyc"], "added_at": now, "changed_at": now}
)
actor = Actor(person_id=who.id, kind="staff", via="web")
waits = ["submitted", "resubmitted", "appealed"]
case = Case.objects.get(person__email_index=wish["email"], state__in=waits)
case = desk.take(actor=actor, case_id=case.pk, now=now)
facts = {"actor": actor, "case_id": case.pk, "version": case.version, "now": now}
if wish["wrongs"]:
    desk.reject_fields(wrongs=[desk.Wrong(*one) for one in wish["wrongs"]], **facts)
elif wish["more"]:
    desk.ask_more(codes=wish["more"], **facts)
else:
    assert desk.approve(**facts).state == "approved"
"""


def decides(
    product: LiveProduct, email: str, *, wrongs: list[list[str]] | None = None, more: str = ""
) -> None:
    """Take the person's case and decide it: fields rejected, more asked, or approved."""
    environment = product.environment()
    environment.pop("OKPAY_DATABASE_URL", None)  # the test's own database is another one
    wish = json.dumps({"email": email, "wrongs": wrongs or [], "more": [more] if more else []})
    command = [sys.executable, "-c", DECIDE, wish]
    subprocess.run(command, env=environment, check=True, timeout=200)
