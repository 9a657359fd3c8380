"""Who may do what at the console, as a table of every role and every permission."""

from __future__ import annotations

from itertools import product

import pytest

from okpay.identity.staff import ROLES, Role, StaffPermission
from okpay.identity.staff.roles import permissions_in

pytestmark = pytest.mark.no_database

# Columns: support, kyc, risk, finance, auditor, administrator.
TABLE = """
console:home:read            S K R F A M
console:customers:read       S K R F A .
console:customers:unmask     S K R . A .
console:documents:read       . K R . A .
console:kyc:read             . K R . A .
console:kyc:decide           . K . . . .
console:kyc:second           . K R . . .
console:freezes:read         S K R F A .
console:freezes:freeze       S K R . . .
console:freezes:propose      S . R . . .
console:freezes:approve      . . R . . .
console:regains:read         . K R . A .
console:regains:propose      . K . . . .
console:regains:approve      . . R . . .
console:approvals:read       S K R F A M
console:approvals:decide     . K R F . M
console:audit:read           . . . . A M
console:audit:export         . . . . A .
console:ledger:read          . . R F A .
console:adjustments:propose  . . . F . .
console:adjustments:approve  . . . F . .
console:tickets:read         S . R F A .
console:tickets:write        S . . . . .
console:staff:read           . . . . A M
console:staff:propose        . . . . . M
console:staff:approve        . . . . . M
console:reference:read       . . R F A M
console:reference:write      . . . F . M
console:reference:approve    . . R F . .
"""
ORDER = (Role.SUPPORT, Role.KYC, Role.RISK, Role.FINANCE, Role.AUDITOR, Role.ADMINISTRATOR)
LINES = [line.split() for line in TABLE.strip().splitlines()]
EXPECTED = {
    (role, name): mark != "."
    for name, *marks in LINES
    for role, mark in zip(ORDER, marks, strict=True)
}


@pytest.mark.parametrize(("role", "permission"), list(product(Role, StaffPermission)))
def test_g7_every_role_holds_exactly_what_its_work_needs(
    role: Role, permission: StaffPermission
) -> None:
    assert (permission in ROLES[role]) is EXPECTED[role, permission.value]


def test_the_table_names_every_role_and_every_permission() -> None:
    assert set(EXPECTED) == set(product(Role, [one.value for one in StaffPermission]))


def test_g7_support_sees_no_documents_and_finance_decides_no_identity() -> None:
    assert StaffPermission.DOCUMENTS_READ not in ROLES[Role.SUPPORT]
    assert not {one for one in ROLES[Role.FINANCE] if one.startswith("console:kyc:")}


def test_g7_the_auditor_changes_nothing() -> None:
    actions = {one.rpartition(":")[2] for one in ROLES[Role.AUDITOR]}
    assert actions == {"read", "export", "unmask"}


def test_g11_no_roles_and_unknown_roles_give_nothing() -> None:
    assert permissions_in([]) == frozenset()
    assert permissions_in(["", "owner", "SUPPORT", "*"]) == frozenset()
    assert permissions_in(["owner", "support"]) == ROLES[Role.SUPPORT]
