"""The statement as CSV, version 1: columns for ever, bytes exact, sums equal, cells harmless."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.test import Client

from okpay.kernel import clock
from okpay.web.pages.records.filters import local_day
from tests.support.people import MakePerson, Somebody
from tests.web.money.conftest import SignedIn, posted
from tests.web.money.test_records import transfer

COLUMNS = (
    "id,created_at,completed_at,type,direction,amount,currency,fee,balance_after,counterparty,"
    "merchant_order_no,status,related_id,memo"
)


def download(client: Client, **query: str) -> bytes:
    """Download this day's statement."""
    today = local_day(clock.now()).isoformat()
    answer = client.get("/records/export.csv", {"since": today, "until": today, **query})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return b"".join(answer)


def rows(content: bytes) -> list[dict[str, str]]:
    """Read it as a bookkeeping program would."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_columns_of_version_1_never_change(payer: Somebody, signed_in: SignedIn) -> None:
    first = download(signed_in(payer), header="machine").split(b"\r\n")[0]
    assert first == b"\xef\xbb\xbf" + COLUMNS.encode()


def test_lines_end_as_rfc_4180_says(payer: Somebody, signed_in: SignedIn) -> None:
    content = download(signed_in(payer))
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == 2


@pytest.mark.parametrize(("language", "word"), [("en", "Record no."), ("zh-hans", "单号")])
def test_the_header_speaks_the_language_of_its_reader(
    language: str, word: str, payer: Somebody, signed_in: SignedIn
) -> None:
    header = download(signed_in(payer, language)).decode("utf-8-sig").split(",")[0]
    assert header == word


def test_both_sides_read_the_same_transfer_with_their_own_sign(
    payer: Somebody, payee: Somebody, signed_in: SignedIn
) -> None:
    number = transfer(payer, payee, "36.50", "lunch, for two")
    sides = [rows(download(signed_in(one), header="machine"))[-1] for one in (payer, payee)]
    wanted = ("id", "direction", "amount", "currency", "fee", "balance_after", "status", "memo")
    shared = {"id": number, "currency": "CNY", "fee": "0.00", "status": "completed"}
    shared |= {"memo": "lunch, for two"}
    expected = [
        shared | {"direction": "out", "amount": "-36.50", "balance_after": "463.50"},
        shared | {"direction": "in", "amount": "36.50", "balance_after": "36.50"},
    ]
    assert [{name: side[name] for name in wanted} for side in sides] == expected
    assert [side["counterparty"] for side in sides] == ["周*宁", "林*夏"]


def test_completed_lines_sum_to_the_balance(
    make_person: MakePerson, payee: Somebody, signed_in: SignedIn
) -> None:
    person = make_person("林知夏", cny="80.00", jpy="500", kwd="1.234")
    for amount in ("0.01", "12.30", "5.00"):
        transfer(person, payee, amount)
    sums: dict[str, Decimal] = {}
    last: dict[str, str] = {}
    for row in rows(download(signed_in(person), header="machine")):
        if row["status"] == "completed":
            moved = Decimal(row["amount"]) - Decimal(row["fee"])
            sums[row["currency"]] = sums.get(row["currency"], Decimal(0)) + moved
            last[row["currency"]] = row["balance_after"]
    have = {code: posted(person, code)[0] for code in ("CNY", "JPY", "KWD")}
    assert {code: str(total) for code, total in sums.items()} == have == last


@pytest.mark.parametrize(
    "memo", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1＋1", "\t=1", " =1"]
)
def test_j14_no_cell_is_calculated(
    memo: str, payer: Somebody, payee: Somebody, signed_in: SignedIn
) -> None:
    transfer(payer, payee, "1.00", memo)
    cell = rows(download(signed_in(payer), header="machine"))[-1]["memo"]
    assert cell == "'" + " ".join(memo.split())


def test_quotes_and_line_breaks_stay_inside_their_cell() -> None:
    from okpay.wallets.csv_export import guarded

    assert guarded('a "b",\r\nc\x00d'.replace("\x00", " ")) == 'a "b", c d'


def test_nothing_of_others_is_in_it(
    payer: Somebody, payee: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    transfer(payer, payee, "36.50")
    stranger = make_person("许晴")
    assert rows(download(signed_in(stranger), header="machine")) == []


@pytest.mark.parametrize(
    ("since", "until"), [("2025-01-01", "2026-01-02"), ("2026-02-02", "2026-02-01")]
)
def test_a_range_that_cannot_be_is_refused_with_its_code(
    since: str, until: str, payer: Somebody, signed_in: SignedIn
) -> None:
    answer = signed_in(payer).get("/records/export.csv", {"since": since, "until": until})
    assert answer.status_code == 422
    assert "range_not_possible" in answer.content.decode()


def test_a_leap_year_fits(payer: Somebody, signed_in: SignedIn) -> None:
    year = {"since": "2024-01-01", "until": "2024-12-31"}
    assert signed_in(payer).get("/records/export.csv", year).status_code == 200


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30"])
def test_what_is_no_day_is_refused(day: str, payer: Somebody, signed_in: SignedIn) -> None:
    answer = signed_in(payer).get("/records/export.csv", {"since": day, "until": "2026-03-01"})
    assert answer.status_code == 422


def test_pages_of_the_export_join_without_gap(
    payer: Somebody, payee: Somebody, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.wallets import csv_export

    numbers = [transfer(payer, payee, "0.01") for _ in range(7)]
    monkeypatch.setattr(csv_export, "CHUNK", 3)
    found = [row["id"] for row in rows(download(signed_in(payer), header="machine"))]
    assert (len(found), found[1:]) == (8, numbers)
