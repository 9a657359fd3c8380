"""Refusals of staff's work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class StaffNotPermittedError(DomainError):
    """The roles of this member of staff do not hold the permission. Params: `permission`."""

    code = "staff_not_permitted"
    status = 403
    title = _("Your role does not include this")
    message = _("Your role does not include %(permission)s. Nothing was changed.")
    cause = _("Each role of the staff console holds only what its work needs.")
    remedy = _("Ask somebody with that role, or an administrator for the role.")


NotPermittedError = StaffNotPermittedError


class StaffUnknownError(DomainError):
    """Nobody with this e-mail and a proven account, or no member of staff."""

    code = "staff_unknown"
    status = 404
    title = _("Nobody with that e-mail")
    message = _("Nobody with a proven e-mail like that. Nothing was changed.")
    cause = _("A member of staff first needs an account of their own, with its e-mail proven.")
    remedy = _("Check the address, or let them register first.")


class StaffRolesError(DomainError):
    """No role was named, or one that does not exist."""

    code = "staff_roles_invalid"
    status = 422
    title = _("Choose the roles")
    message = _("Choose at least one role from the list. Nothing was changed.")
    cause = _("A member of staff has one role or more.")
    remedy = _("Choose the roles and try again.")


class StaffUnchangedError(DomainError):
    """The member has exactly these roles."""

    code = "staff_unchanged"
    status = 409
    title = _("Nothing to change")
    message = _("That person has exactly these roles. Nothing was changed.")
    cause = _("Somebody else may have changed them a moment ago.")
    remedy = _("Look at the list again.")


class StaffLastAdministratorError(DomainError):
    """Without an administrator nobody could ever be let in again."""

    code = "staff_last_administrator"
    status = 409
    title = _("The last administrator stays")
    message = _("This is the last administrator. Nothing was changed.")
    cause = _("Without one nobody could let in staff any more.")
    remedy = _("Make somebody else an administrator first.")
