"""The result of a payout as CSV, version 1: the list as it was sent, and what became of each line.

UTF-8 with BOM, CRLF, RFC 4180; cells that a spreadsheet would calculate are guarded.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okpay.kernel.ids import encode
from okpay.payments.payouts.queries import all_lines
from okpay.payments.payouts.states import LineOutcome
from okpay.wallets.csv_export import BOM, guarded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from okpay.payments.payouts.queries import LineShown, PayoutHead

COLUMNS: Final = (
    ("reference", pgettext_lazy("column", "Reference")),
    ("payee", pgettext_lazy("column", "Payee")),
    ("amount", pgettext_lazy("column", "Amount")),
    ("currency", _("Currency")),
    ("memo", _("Note")),
    ("fee", _("Fee")),
    ("outcome", pgettext_lazy("column", "Outcome")),
    ("status", _("Status")),
    ("transfer_id", _("Record no.")),
    ("code", pgettext_lazy("column", "Code")),
    ("reason", pgettext_lazy("column", "Reason")),
)
TEMPLATE: Final = (
    "reference,payee,amount,currency,memo\r\n"
    "A-001,name@example.com,100.00,CNY,Salary\r\n"
    "A-002,13800138000,88.80,CNY,\r\n"
)


def export(head: PayoutHead, *, machine_header: bool = False) -> Iterator[bytes]:
    """Yield the file piece by piece; reasons are in the language of this moment."""
    names = [name if machine_header else str(words) for name, words in COLUMNS]
    yield BOM + _encoded([names])
    rows: list[list[str]] = []
    for line in all_lines(head.id):
        rows.append(_cells(line))
        if len(rows) == 500:  # noqa: PLR2004 — a piece of some 60 kB
            yield _encoded(rows)
            rows = []
    yield _encoded(rows)


def template() -> bytes:
    """Return an empty list to fill in: the columns, and two lines that show how."""
    return BOM + TEMPLATE.encode()


def _cells(line: LineShown) -> list[str]:
    who = line.alias or (encode("cus", line.payee_id) if line.payee_id else "")
    return [
        guarded(line.reference),
        guarded(who),
        line.money.decimal_string(),
        line.money.asset.code,
        guarded(line.memo),
        line.fee.decimal_string(),
        LineOutcome(line.outcome).name.lower(),
        line.state.name.lower() if line.state is not None else "",
        encode("trf", line.record_id) if line.state is not None else "",
        line.code,
        guarded(line.error().text()) if line.code else "",
    ]


def _encoded(rows: list[list[str]]) -> bytes:
    page = io.StringIO()
    csv.writer(page, lineterminator="\r\n").writerows(rows)
    return page.getvalue().encode()


def file_name(head: PayoutHead) -> str:
    """Return the name of the file: ASCII, with the payout's number."""
    return f"{encode('pyt', head.id)}.csv"
