"""O12: what each role sees, nobody decides their own proposal, and the trail as a file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tests.journeys.steps_reading import Reader
from tests.journeys.steps_staff import colleague, goes_to_work, hire
from tests.support.browser import PHONE


def test_o12_g7_roles_change_with_two_administrators(reader: Reader) -> None:
    """Support sees neither documents nor staff; a change of roles needs two, and counts at once."""
    support = colleague(reader, "Wanda", "support")
    maker = colleague(reader, "Owen", "administrator")
    checker = colleague(reader, "Kay", "administrator")
    hire(reader.product, support, maker, checker)

    at_desk = reader.another_browser()
    goes_to_work(at_desk, support)
    at_desk.look("console-overview")
    for path in ("/console/staff", "/console/audit", "/console/ledger", "/console/kyc"):
        at_desk.go(path)
        at_desk.reads("Your role does not include this")
    at_desk.look("console-forbidden")

    goes_to_work(reader, maker)
    reader.go("/console/staff")
    reader.look("console-staff")
    reader.fills(email=support.player.email, reason="Moves")
    reader.page.check("main [name=roles][value=finance]")
    reader.sends("Propose")
    reader.reads("Somebody else decides it.")
    reader.look("console-own-proposal")
    assert reader.button("Approve and carry out").count() == 0

    second = reader.another_browser()
    goes_to_work(second, checker)
    second.go("/console/approvals")
    second.look("console-approvals")
    second.go(reader.page.url.removeprefix(reader.product.web))
    second.reads("Your decision")
    second.reads("Finance", "staff role")
    second.look("console-approval")
    second.page.check("main input[type=checkbox]")
    second.sends("Approve and carry out")
    second.reads("Approved", "approval")

    at_desk.go("/console/")  # G12: the old session ended with the old role
    at_desk.is_at("/console/sign-in")


def test_o12_the_auditor_takes_the_trail_as_a_file(reader: Reader) -> None:
    """What was done to whose roles, as CSV; and the keyboard says what it can."""
    auditor = colleague(reader, "Marc", "auditor")
    hire(reader.product, auditor)
    goes_to_work(reader, auditor)
    reader.go("/console/audit?action=staff.roles")
    reader.look("console-audit")
    with reader.page.expect_download() as taken:
        reader.button("Export as CSV").click()
    text = Path(taken.value.path()).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    mine = next(row for row in rows if json.loads(row["data"])["new"] == ["auditor"])
    assert (mine["action"], mine["actor_kind"], mine["via"]) == (
        "staff.roles.changed", "system", "cli",
    )  # fmt: skip
    if reader.way.width > PHONE:
        reader.page.keyboard.press("?")
        reader.reads("Next and previous row")
