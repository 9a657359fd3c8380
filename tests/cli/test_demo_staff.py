"""The demo's staff: codes anybody can make, and none of it in production."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from okpay.cli.commands.demo import command
from okpay.cli.town import staff
from okpay.config import env
from okpay.identity.staff import Role

pytestmark = pytest.mark.no_database


def test_a_code_is_that_of_the_standard() -> None:
    moment = datetime.fromtimestamp(59, UTC)  # RFC 6238, appendix B: 94287082, of eight digits
    assert staff.code_now(moment) == ("287082", 1)


def test_there_is_somebody_for_each_role_and_a_second_one_where_two_decide() -> None:
    roles = sorted(role for one in staff.STAFF for role in one.roles)
    assert roles == sorted([*Role, Role.ADMINISTRATOR, Role.FINANCE])


def test_the_command_prints_the_code_of_a_colleague_and_of_nobody_else() -> None:
    known = CliRunner().invoke(command, ["code", "admin@demo.example"])
    assert (known.exit_code, len(known.output.split()[0])) == (0, 6)
    stranger = CliRunner().invoke(command, ["code", "zhixia@demo.example"])
    assert (stranger.exit_code, "Nobody of the demo's staff" in stranger.output) == (1, True)


def test_n13_production_has_no_demo_staff_and_no_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(env, "ENV", replace(env.ENV, name="production"))
    with pytest.raises(RuntimeError):
        staff.hire()
    refused = CliRunner().invoke(command, ["code", "admin@demo.example"])
    assert (refused.exit_code, refused.output) == (
        1, "Error: There are no demo people in production.\n",
    )  # fmt: skip
