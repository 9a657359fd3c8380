"""The console's page of manual adjustments: who may, what is refused, what the owner sees."""

from __future__ import annotations

import pytest

from okpay.kernel.approvals.models import Approval
from okpay.kernel.ids import encode
from okpay.wallets.models import Record, RecordKind
from tests.console.kit import hire, staff_client
from tests.console.roles import statuses, text_of
from tests.support.people import MakePerson, Somebody

GOOD = {
    "way": "credit",
    "currency": "CNY",
    "amount": "12.50",
    "cause": "not_booked",
    "note": "补记一笔充值",
    "reason": "acquirer's list of Monday, line 7",
}


def path_of(somebody: Somebody) -> str:
    return f"/console/adjustments/of/{encode('cus', somebody.id)}"


def test_o9_finance_alone_proposes(make_person: MakePerson) -> None:
    somebody = make_person(cny="1.00")
    assert statuses(make_person, path_of(somebody)) == {
        "support": 403, "kyc": 403, "risk": 403, "finance": 200, "auditor": 403,
        "administrator": 403,
    }  # fmt: skip


def test_o9_proposed_approved_by_a_colleague_and_seen_by_its_owner(
    make_person: MakePerson,
) -> None:
    somebody = make_person("林知夏", cny="100.00")
    maker, checker = hire(make_person, "finance"), hire(make_person, "finance", name="顾晴川")
    desk = staff_client(maker)
    owner = text_of(desk, f"/console/ledger/owners/{encode('cus', somebody.id)}")
    assert path_of(somebody) in owner
    there = desk.post(path_of(somebody), GOOD).headers["Location"]
    (made,) = Approval.objects.filter(about=somebody.id)
    assert there == f"/console/approvals/{encode('apr', made.id)}"
    mine = text_of(desk, there)
    assert ("12.5" in mine, 'value="approve"' in mine) == (True, False)
    second = staff_client(checker, "zh-hans")
    assert "钱已到账但没有入账" in text_of(second, there)
    assert second.post(f"{there}/approve", {"digest": made.digest}).status_code == 302
    record = Record.objects.get(payee=somebody.id, kind=RecordKind.ADJUSTMENT)
    assert encode("adj", record.id) in text_of(second, there)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": "0"}, "plain number above zero"),
        ({"amount": "1.005"}, "plain number above zero"),
        ({"amount": "50000.01"}, "50,000.00"),
        ({"way": "sideways"}, "valid choice"),
        ({"way": "debit", "amount": "1.01"}, "short"),
        ({"note": "   "}, "This field is required"),
        ({"reason": "short"}, "at least 10"),
        ({"currency": "DOGE"}, "valid choice"),
    ],
)
def test_m6_a_wish_that_cannot_be_is_explained_and_nothing_is_proposed(
    make_person: MakePerson, changed: dict[str, str], said: str
) -> None:
    somebody = make_person(cny="1.00")
    desk = staff_client(hire(make_person, "finance"))
    answer = desk.post(path_of(somebody), GOOD | changed)
    assert answer.status_code in {400, 422}
    assert said in answer.content.decode()
    assert 'value="12.50"' in answer.content.decode() or "amount" in changed
    assert not Approval.objects.filter(about=somebody.id).exists()
