"""What staff may do: permissions, and the roles that hold them. Data, not code."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class StaffPermission(StrEnum):
    """What a member of staff may open or do: `console:resource:action`."""

    HOME_READ = "console:home:read"
    CUSTOMERS_READ = "console:customers:read"  # masked
    CUSTOMERS_UNMASK = (
        "console:customers:unmask"  # name, phone, e-mail; with a reason, written down
    )
    DOCUMENTS_READ = "console:documents:read"  # images and numbers of identity documents
    KYC_READ = "console:kyc:read"  # the queue and a case, without its documents
    KYC_DECIDE = "console:kyc:decide"
    KYC_SECOND = "console:kyc:second"  # the second person of a case of high risk
    FREEZES_READ = "console:freezes:read"
    FREEZES_FREEZE = "console:freezes:freeze"  # at once: it protects
    FREEZES_PROPOSE = "console:freezes:propose"  # an unfreeze, to a second person
    FREEZES_APPROVE = "console:freezes:approve"
    REGAINS_READ = "console:regains:read"  # who asks for an account they cannot get into
    REGAINS_PROPOSE = "console:regains:propose"
    REGAINS_APPROVE = "console:regains:approve"
    APPROVALS_READ = "console:approvals:read"
    APPROVALS_DECIDE = "console:approvals:decide"  # besides the permission of the kind
    AUDIT_READ = "console:audit:read"
    AUDIT_EXPORT = "console:audit:export"
    LEDGER_READ = "console:ledger:read"
    ADJUSTMENTS_PROPOSE = "console:adjustments:propose"  # a balance corrected by hand
    ADJUSTMENTS_APPROVE = "console:adjustments:approve"
    TICKETS_READ = "console:tickets:read"
    TICKETS_WRITE = "console:tickets:write"
    STAFF_READ = "console:staff:read"
    STAFF_PROPOSE = "console:staff:propose"  # members and roles, to a second administrator
    STAFF_APPROVE = "console:staff:approve"
    REFERENCE_READ = "console:reference:read"
    REFERENCE_WRITE = "console:reference:write"  # proposes; a second person decides
    REFERENCE_APPROVE = "console:reference:approve"


class Role(StrEnum):
    """The jobs of the house. A person may have several; what they may do is the union."""

    SUPPORT = "support"
    KYC = "kyc"
    RISK = "risk"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


_P = StaffPermission
_READING: Final = frozenset({"read", "export", "unmask"})

ROLES: Final[dict[Role, frozenset[StaffPermission]]] = {
    Role.SUPPORT: frozenset(
        {
            _P.HOME_READ,
            _P.CUSTOMERS_READ,
            _P.CUSTOMERS_UNMASK,
            _P.FREEZES_READ,
            _P.FREEZES_FREEZE,
            _P.FREEZES_PROPOSE,
            _P.APPROVALS_READ,
            _P.TICKETS_READ,
            _P.TICKETS_WRITE,
        }
    ),
    Role.KYC: frozenset(
        {
            _P.HOME_READ,
            _P.CUSTOMERS_READ,
            _P.CUSTOMERS_UNMASK,
            _P.DOCUMENTS_READ,
            _P.KYC_READ,
            _P.KYC_DECIDE,
            _P.KYC_SECOND,
            _P.FREEZES_READ,
            _P.FREEZES_FREEZE,
            _P.REGAINS_READ,
            _P.REGAINS_PROPOSE,
            _P.APPROVALS_READ,
            _P.APPROVALS_DECIDE,
        }
    ),
    Role.RISK: frozenset(
        {
            _P.HOME_READ,
            _P.CUSTOMERS_READ,
            _P.CUSTOMERS_UNMASK,
            _P.DOCUMENTS_READ,
            _P.KYC_READ,
            _P.KYC_SECOND,
            _P.FREEZES_READ,
            _P.FREEZES_FREEZE,
            _P.FREEZES_PROPOSE,
            _P.FREEZES_APPROVE,
            _P.REGAINS_READ,
            _P.REGAINS_APPROVE,
            _P.APPROVALS_READ,
            _P.APPROVALS_DECIDE,
            _P.LEDGER_READ,
            _P.TICKETS_READ,
            _P.REFERENCE_READ,
            _P.REFERENCE_APPROVE,
        }
    ),
    Role.FINANCE: frozenset(
        {
            _P.HOME_READ,
            _P.CUSTOMERS_READ,
            _P.FREEZES_READ,
            _P.APPROVALS_READ,
            _P.APPROVALS_DECIDE,
            _P.ADJUSTMENTS_PROPOSE,
            _P.ADJUSTMENTS_APPROVE,
            _P.LEDGER_READ,
            _P.TICKETS_READ,
            _P.REFERENCE_READ,
            _P.REFERENCE_WRITE,
            _P.REFERENCE_APPROVE,
        }
    ),
    # Reads all and changes nothing; what is masked for a reason that is written down, like all.
    Role.AUDITOR: frozenset(one for one in _P if one.rpartition(":")[2] in _READING),
    # Lets others in, and decides neither about money nor about anybody's identity.
    Role.ADMINISTRATOR: frozenset(
        {
            _P.HOME_READ,
            _P.APPROVALS_READ,
            _P.APPROVALS_DECIDE,
            _P.AUDIT_READ,
            _P.STAFF_READ,
            _P.STAFF_PROPOSE,
            _P.STAFF_APPROVE,
            _P.REFERENCE_READ,
            _P.REFERENCE_WRITE,
        }
    ),
}


def permissions_in(roles: list[str]) -> frozenset[StaffPermission]:
    """Return what these roles may do together; a role nobody knows any more gives nothing."""
    known = [held for role, held in ROLES.items() if role in roles]
    return frozenset().union(*known)
