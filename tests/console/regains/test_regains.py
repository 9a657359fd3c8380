"""The desk of lost accounts: who sees it, who proposes, and that nobody finds a secret there."""

from __future__ import annotations

from okpay.kernel.approvals.models import Approval
from okpay.kernel.ids import encode
from okpay.kernel.models import AuditRow
from okpay.support.models import RegainPicture
from tests.console.kit import hire, staff_client
from tests.console.roles import statuses, text_of
from tests.support.people import MakePerson
from tests.support_tickets.test_h18_regain import asked, checked, state

MAY = {
    "support": 403,
    "kyc": 200,
    "risk": 200,
    "finance": 403,
    "auditor": 200,
    "administrator": 403,
}


def test_h18_from_the_list_to_a_second_person(make_person: MakePerson) -> None:
    person, claim = checked(make_person)
    regain = asked(claim, person)
    assert regain is not None
    desk = staff_client(hire(make_person, "kyc"))
    path = f"/console/regains/{regain}"
    assert path in text_of(desk, "/console/regains")
    page = text_of(desk, path)
    assert "All is lost." in page
    assert claim.contact not in page  # masked
    assert 'type="password"' not in page
    short = desk.post(f"{path}/propose", {"reason": "yes"})
    assert (short.status_code, state(regain)) == (422, "asked")
    answer = desk.post(f"{path}/propose", {"reason": "The same face and document."})
    assert (answer.status_code, answer["Location"]) == (302, path)
    waiting = Approval.objects.filter(subject=encode("cus", person.id), kind="support.regain")
    assert [one.payload for one in waiting] == [{"regain": str(regain)}]
    assert "This waits for a second person." in text_of(desk, path)
    inbox = staff_client(hire(make_person, "risk"))
    assert "Give an account back" in text_of(inbox, f"/console/approvals/{waiting[0]}")
    assert state(regain) == "asked"


def test_a_claim_is_refused_once(make_person: MakePerson) -> None:
    person, claim = checked(make_person)
    regain = asked(claim, person)
    assert regain is not None
    desk, path = staff_client(hire(make_person, "kyc")), f"/console/regains/{regain}/refuse"
    assert desk.post(path)["Location"] == "/console/regains"
    assert (state(regain), desk.post(path).status_code) == ("refused", 409)
    for other in ("risk", "auditor", "support"):
        assert staff_client(hire(make_person, other)).post(path).status_code == 403


def test_g7_who_sees_claims_and_pictures(make_person: MakePerson) -> None:
    person, claim = checked(make_person)
    regain = asked(claim, person)
    assert regain is not None
    shot = RegainPicture.objects.filter(regain=regain).order_by("slot")[0]
    assert statuses(make_person, "/console/regains") == MAY
    assert statuses(make_person, f"/console/regains/{regain}") == MAY
    assert statuses(make_person, f"/console/regains/picture/{shot.id}") == MAY
    opened = AuditRow.objects.filter(
        subject=encode("cus", person.id), action="support.regain.picture_opened"
    )
    assert opened.count() == 3  # of those who may, each one time
    nobody = staff_client(hire(make_person, "kyc"))
    assert nobody.get("/console/regains/rgn_none").status_code == 404
