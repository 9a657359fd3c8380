"""Refusals of second factors."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class FactorWrongError(DomainError):
    """A second factor that does not prove anything: wrong, used, too old, or somebody else's."""

    code = "factor_wrong"
    status = 403
    title = _("This was not confirmed")
    message = _("That did not match. Nothing was changed.")
    cause = _("The code is wrong, was used already or is too old, or the passkey is another one.")
    remedy = _("Wait for the next code, or use another way.")


class PasswordFirstError(DomainError):
    """The account is frozen, and nobody signs in to it by a passkey alone."""

    code = "password_first"
    status = 403
    title = _("Sign in with your password")
    message = _("This account is frozen. Sign in with your password; a second step follows.")
    cause = _("While it is frozen a passkey alone opens nothing: somebody else may have added it.")
    remedy = _("Use your e-mail or mobile number and your password.")
    remedy_url_name = "account_login"


class FactorLockedError(DomainError):
    """Too many wrong codes; `until` is the moment the lock ends."""

    code = "factor_locked"
    status = 423
    title = _("Confirming by code is locked for a while")
    message = _("Too many wrong codes. Try again after %(until)s, or use a passkey.")
    cause = _("A wrong code was entered several times, by you or by somebody else.")
    remedy = _("Wait, or use a passkey. If it was not you, change your sign-in password.")
    remedy_url_name = "security"


class FactorNotFoundError(DomainError):
    """No such second factor of this person."""

    code = "factor_not_found"
    status = 404
    title = _("There is no such second factor")
    message = _("This second factor was removed already.")
    remedy = _("Open the list of your second factors.")
    remedy_url_name = "factors"


class FactorNotAddedError(DomainError):
    """A second factor that cannot be added: too many, there already, or not understood."""

    code = "factor_not_added"
    status = 422
    title = _("This second factor was not added")
    message = _("This second factor was not added. Nothing was changed.")
    cause = _("It is on the list already, the list is full, or the browser gave no good answer.")
    remedy = _("Look at the list, then try again.")
    remedy_url_name = "factors"


class LastFactorError(DomainError):
    """The last second factor goes only when that is asked for in so many words."""

    code = "factor_is_last"
    status = 409
    title = _("This is your last second factor")
    message = _("This is your last second factor. Nothing was removed.")
    cause = _("Without it your password alone, and a code on a new device, open your account.")
    remedy = _("Confirm that you want to go without, or add another one first.")
    remedy_url_name = "factors"
