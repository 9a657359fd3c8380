"""Staff: who they are, their roles, and what these may do."""

from __future__ import annotations

from okpay.identity.staff.access import permissions_of, require
from okpay.identity.staff.errors import NotPermittedError
from okpay.identity.staff.roles import ROLES, Role, StaffPermission

__all__ = ["ROLES", "NotPermittedError", "Role", "StaffPermission", "permissions_of", "require"]
