"""Lists as files: what spreadsheets write is read, what is no table of ours is refused whole."""

from __future__ import annotations

import pytest

from okpay.payments.payouts.csv_file import read_file, read_text
from okpay.payments.payouts.csv_result import template
from okpay.payments.payouts.errors import (
    PayoutFileError,
    PayoutInvalidError,
    PayoutTooLongError,
)
from okpay.payments.payouts.wishes import MOST_BYTES, RawLine, read_wish

HEAD = "reference,payee,amount,currency,memo\r\n"
LINE = RawLine("A-1", "a@people.example", "1.00", "CNY", "Nov", 2)
PLAIN = RawLine("A-1", "a@people.example", "1.00", "CNY", "", 2)


@pytest.mark.parametrize(
    "data",
    [
        HEAD.encode() + b"A-1,a@people.example,1.00,CNY,Nov\r\n",
        b"\xef\xbb\xbf" + HEAD.encode() + b"A-1,a@people.example,1.00,CNY,Nov",
        b"reference;payee;amount;currency;memo\nA-1;a@people.example;1.00;CNY;Nov\n",
        b"Reference\tPayee\tAmount\tCurrency\tMemo\nA-1\ta@people.example\t1.00\tCNY\tNov\n",
        "编号,收款人,金额,币种,备注\r\nA-1,a@people.example,1.00,CNY,Nov\r\n".encode(),
        b'"amount","payee","reference","currency"\n"1.00","a@people.example","A-1","CNY"\n',
        b"reference,payee,amount,currency,,\n A-1 , a@people.example ,1.00,CNY,,\n,,,,,\n",
        b"reference,payee,amount,currency,memo\rA-1,a@people.example,1.00,CNY,Nov\r",
    ],
)
def test_what_spreadsheets_write_is_read(data: bytes) -> None:
    assert read_file(data) in ([LINE], [PLAIN])


def test_the_note_may_be_left_out_and_lines_count_as_in_the_file() -> None:
    text = "reference,payee,amount,currency\n\n1,a@x.example,1,CNY\n\n2,b@x.example,2,CNY\n"
    assert [(one.place, one.memo) for one in read_text(text)] == [(3, ""), (5, "")]


def test_a_phone_that_our_own_files_guard_is_read_again() -> None:
    assert read_text(HEAD + "1,'+8613800138000,1,CNY,")[0].payee == "+8613800138000"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        "编号,收款人,金额,币种\r\n1,a@people.example,1,CNY\r\n".encode("gb18030"),
        HEAD.encode("utf-16"),
        b"PK\x03\x04" + b"\x00" * 100,
        b"name,amount\na,1\n",
        b"reference,payee,amount,currency,amount\n1,a@people.example,1,CNY,2\n",
        b"reference,payee,amount,currency,account\n1,a@people.example,1,CNY,2\n",
        HEAD.encode() + b'1,"a@people.example,1,CNY,\n',
        HEAD.encode() + b"1,a@people.example\x00,1,CNY,\n",
        b"%PDF-1.4",
        b'{"lines": []}',
    ],
)
def test_what_is_no_table_of_ours_is_refused_whole(data: bytes) -> None:
    with pytest.raises(PayoutFileError):
        read_file(data)


def test_a_line_with_more_cells_than_columns_is_named() -> None:
    with pytest.raises(PayoutInvalidError) as caught:
        read_text(HEAD + "1,a@people.example,1,000.00,CNY,x\n2,b@people.example,1,CNY,\n")
    assert [(one.number, one.place) for one in caught.value.problems] == [(1, 2)]


def test_a_file_of_10001_lines_or_of_more_than_2_mb_is_refused() -> None:
    row = "{},a@people.example,1.00,CNY,\r\n"
    with pytest.raises(PayoutTooLongError):
        read_text(HEAD + "".join(row.format(n) for n in range(10_001)))
    with pytest.raises(PayoutTooLongError):
        read_file(HEAD.encode() + b"x" * MOST_BYTES)


def test_the_template_can_be_sent_as_it_is() -> None:
    wish = read_wish(read_file(template()))
    assert [line.reference for line in wish.lines] == ["A-001", "A-002"]
