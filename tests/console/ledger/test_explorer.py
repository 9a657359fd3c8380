"""The ledger explorer: any number leads to its page, and the pages say what the book says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from okpay.kernel import clock
from okpay.kernel.ids import encode, new_uuid
from okpay.ledger.models import Account, Batch, Hold, Transfer
from okpay.payments.explorer import accounts, finding, holds, transfers
from okpay.wallets.models import Record
from tests.console.kit import hire, staff_client
from tests.console.roles import statuses, text_of
from tests.support.people import MakePerson, Somebody, fund

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client


@pytest.fixture
def finance(make_person: MakePerson) -> Client:
    return staff_client(hire(make_person, "finance"))


def wallet_of(somebody: Somebody) -> Account:
    return Account.objects.get(owner=somebody.id, asset=156, kind=1)


def first_record(somebody: Somebody) -> UUID:
    found: UUID = Record.objects.filter(payee=somebody.id).values_list("id", flat=True)[0]
    return found


def held(make_person: MakePerson) -> tuple[Somebody, UUID]:
    """Send money to an address that nobody has yet: it waits."""
    from tests.console.ledger.sending import send_to_nobody

    payer = make_person("林知夏", cny="50.00")
    return payer, send_to_nobody(payer, "7.00")


def test_o9_every_role_that_reads_the_ledger_and_no_other(make_person: MakePerson) -> None:
    assert statuses(make_person, "/console/ledger") == {
        "support": 403, "kyc": 403, "risk": 200, "finance": 200, "auditor": 200,
        "administrator": 403,
    }  # fmt: skip


def test_what_a_number_names(make_person: MakePerson) -> None:
    somebody = make_person(cny="12.00")
    record, wallet = first_record(somebody), wallet_of(somebody)
    by_number = [(one.kind, one.id) for one in finding.find(encode("tup", record))]
    assert by_number == [("transfer", record)]
    assert [one.kind for one in finding.find(str(record))] == ["transfer"]
    assert ("account", wallet.id) in {
        (one.kind, one.number) for one in finding.find(str(wallet.id))
    }
    assert [one.kind for one in finding.find(encode("cus", somebody.id))] == ["customer"]
    for nothing in ("", "trf_", "abc", str(new_uuid()), "9" * 18, "9" * 40, "-1", "１２"):
        assert finding.find(nothing) == [], nothing


def test_a_single_find_leads_to_its_page(finance: Client, make_person: MakePerson) -> None:
    record = first_record(make_person(cny="12.00"))
    answer = finance.get("/console/ledger", {"q": encode("tup", record)})
    assert answer.headers["Location"] == f"/console/ledger/transfers/{record}"
    missing = finance.get("/console/ledger", {"q": "<b>nothing</b>"})
    assert missing.status_code == 200
    assert b"<b>nothing</b>" not in missing.content


def test_a_transfer_shows_both_sides_as_the_book_has_them(make_person: MakePerson) -> None:
    somebody = make_person(cny="12.00")
    row = Transfer.objects.get(id=first_record(somebody))
    found = transfers.transfer(row.id)
    assert found is not None
    assert found.money.minor == 1200
    assert (found.debit.account.id, found.credit.account.id) == (
        row.debit_account, row.credit_account,
    )  # fmt: skip
    assert (found.credit.seq, found.credit.posted and found.credit.posted.minor) == (1, 1200)
    assert found.debit.account.of_house
    assert not found.credit.account.of_house


def test_pages_of_transfer_batch_account_and_owner(
    finance: Client, make_person: MakePerson
) -> None:
    somebody = make_person("林知夏", cny="12.00")
    row = Transfer.objects.get(id=first_record(somebody))
    page = text_of(finance, f"/console/ledger/transfers/{row.id}")
    assert "林*夏" in page
    assert "林知夏" not in page  # names are masked here too
    batch = Batch.objects.get(id=row.batch)
    assert bytes(batch.digest).hex() in page
    assert str(row.id) in text_of(finance, f"/console/ledger/batches/{row.batch}")
    wallet = wallet_of(somebody)
    assert "12" in text_of(finance, f"/console/ledger/accounts/{wallet.id}")
    owner = text_of(finance, f"/console/ledger/owners/{encode('cus', somebody.id)}")
    assert f"/console/ledger/accounts/{wallet.id}" in owner


def test_what_is_not_there_is_404(finance: Client) -> None:
    for path in (
        f"transfers/{new_uuid()}", "transfers/x", f"holds/{new_uuid()}", "accounts/999999999999",
        "batches/999999999999", "owners/cus_x",
    ):  # fmt: skip
        assert finance.get(f"/console/ledger/{path}").status_code == 404, path


def test_every_leg_of_a_batch_is_listed(make_person: MakePerson) -> None:
    row = Transfer.objects.get(id=first_record(make_person(cny="3.00")))
    listed = [one.id for one in transfers.batch_legs(row.batch)]
    there = Transfer.objects.filter(batch=row.batch).order_by("id").values_list("id", flat=True)
    assert listed == list(there)


def test_a_hold_with_its_owner_reason_deadline_and_resolver(
    finance: Client, make_person: MakePerson
) -> None:
    payer, record = held(make_person)
    row, now = Hold.objects.get(id=record), clock.now()
    found = holds.hold(record, now)
    assert found is not None
    assert (found.account.owner, found.money.minor) == (payer.id, 700)
    assert (found.reason, found.resolver, found.overdue) == (row.reason, row.resolver, False)
    late = holds.hold(record, row.deadline + timedelta(seconds=1))
    assert late is not None
    assert late.overdue
    assert [one.id for one in accounts.open_holds(row.account, now)] == [record]
    page = text_of(finance, f"/console/ledger/holds/{record}")
    assert row.reason in page
    assert str(record) in page
    by_number = finance.get("/console/ledger", {"q": encode("trf", record)})
    assert by_number.status_code == 200  # a transfer and a hold have this number: both are named
    assert f"/console/ledger/holds/{record}" in by_number.content.decode()


def test_movements_go_by_sequence_and_page_without_a_gap(make_person: MakePerson) -> None:
    somebody = make_person(cny="1.00")
    for _ in range(4):
        fund(somebody.id, "CNY", "1.00")
    wallet = wallet_of(somebody)
    first = accounts.lines(wallet.id, limit=3)
    rest = accounts.lines(wallet.id, before=first[-1].leg.seq, limit=3)
    assert [line.leg.seq for line in (*first, *rest)] == [5, 4, 3, 2, 1]
    after = [line.leg.posted.minor for line in first if line.leg.posted]
    assert after == [500, 400, 300]
    assert accounts.lines(wallet.id, before=1) == []


def test_an_account_as_of_an_instant(finance: Client, make_person: MakePerson) -> None:
    somebody = make_person(cny="1.00")
    wallet = wallet_of(somebody)
    before = clock.now()
    fund(somebody.id, "CNY", "2.00")
    then = accounts.stood(wallet.id, before, clock.now())
    assert then is not None
    assert (then.seq, then.posted.minor, then.available.minor) == (1, 100, 100)
    base = f"/console/ledger/accounts/{wallet.id}"
    assert 'id="then"' in text_of(finance, f"{base}?at=2026-01-01T10:00:00")
    for wrong in ("9999-01-01T00:00:00", "yesterday", "0001-01-01T00:00:00%2B14:00"):
        page = text_of(finance, f"{base}?at={wrong}")
        assert 'aria-invalid="true"' in page, wrong
        assert 'id="then"' not in page, wrong


@pytest.mark.parametrize("page", ["accounts/{}", "owners/{}"])
def test_an_explorer_page_asks_as_much_for_one_row_as_for_three(
    finance: Client, make_person: MakePerson, page: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    one, three = make_person(cny="1.00"), make_person(cny="1.00", usd="1.00", eur="1.00")
    for _ in range(2):
        fund(three.id, "CNY", "1.00")
    counts = []
    for somebody in (one, three):
        public = encode("cus", somebody.id)
        number = wallet_of(somebody).id if page.startswith("accounts") else public
        with CaptureQueriesContext(
            connection,
        ) as asked:
            text_of(finance, "/console/ledger/" + page.format(number))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_nothing_on_these_pages_takes_a_post(finance: Client, make_person: MakePerson) -> None:
    wallet = wallet_of(make_person(cny="1.00"))
    for path in ("ledger", f"ledger/accounts/{wallet.id}"):
        assert finance.post(f"/console/{path}", {}).status_code == 405
