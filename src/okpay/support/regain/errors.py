"""Refusals of getting an account back by support."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class RegainNotFoundError(DomainError):
    """No such claim to an account."""

    code = "regain_not_found"
    status = 404
    title = _("Not found")
    message = _("There is no such request.")
    remedy = _("Open the list of requests.")


class RegainClosedError(DomainError):
    """The claim does not wait for this any more."""

    code = "regain_closed"
    status = 409
    title = _("This was decided meanwhile")
    message = _("This request is over, or it waits for something else. Nothing was changed.")
    remedy = _("Load the page again.")


class RegainOwnError(DomainError):
    """Staff decide nothing about their own account."""

    code = "regain_own"
    status = 403
    title = _("This is your own account")
    message = _("Nobody decides about their own account. Nothing was changed.")
    remedy = _("Leave it to somebody else.")


class RegainOverError(DomainError):
    """The link was used, stopped, is too old, or was never one."""

    code = "regain_over"
    status = 410
    title = _("This link does not work any more")
    message = _("It was used, it was stopped, or its 24 hours are over. Nothing was changed.")
    remedy = _("If you still cannot get in, ask again.")


class RegainContactTakenError(DomainError):
    """The new e-mail is another account's by now."""

    code = "regain_contact_taken"
    status = 409
    title = _("This e-mail cannot be used")
    message = _("The e-mail you gave belongs to another account by now. Nothing was changed.")
    remedy = _("Ask again, with another e-mail.")
