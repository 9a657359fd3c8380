"""Refusals of freezing and of getting an account back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class FreezeNotFoundError(DomainError):
    """The person is not frozen."""

    code = "freeze_not_found"
    status = 404
    title = _("Nothing is frozen")
    message = _("This account is not frozen, or it was opened meanwhile.")
    remedy = _("Load the page again.")


class FreezeReasonError(DomainError):
    """Staff and rules give a reason and a day on which it is looked at again."""

    code = "freeze_reason_required"
    status = 422
    title = _("A reason and a date are needed")
    message = _(
        "Say in words for the person why their account is frozen, and by which day (at most 30"
        " days from now) it is looked at again."
    )
    remedy = _("Enter both.")


class RecoveryOverError(DomainError):
    """The attempt to get an account back has ended, or was never begun in this browser."""

    code = "recovery_over"
    status = 410
    title = _("Start again")
    message = _("This took longer than an hour, or it was begun in another browser.")
    remedy = _("Begin again with your e-mail or mobile number.")


class RecoveryProofError(DomainError):
    """Something has to be proven before this step."""

    code = "recovery_proof_missing"
    status = 403
    title = _("Prove that it is you first")
    message = _("This step needs the codes from your e-mail and your phone.")
    remedy = _("Enter the codes that were sent to you.")


class IdentityNumberError(DomainError):
    """The number of the identity document is not the one that was checked. Params: `tries_left`."""

    code = "identity_number_wrong"
    status = 422
    title = _("This number does not match")
    message = _(
        "This is not the number of the document that was checked. Tries left: %(tries_left)s."
    )
    remedy = _("Enter the number as it stands on the document.")


class IdentityNumberLockedError(DomainError):
    """Too many wrong numbers. Params: `until`."""

    code = "identity_number_locked"
    status = 429
    title = _("Too many wrong numbers")
    message = _("The number was entered wrongly too often. It opens again at %(until)s.")
    remedy = _("The account stays frozen meanwhile. Try again later.")
