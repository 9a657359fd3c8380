"""Refusals of four eyes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError


class ApprovalNotFoundError(DomainError):
    """No such proposal."""

    code = "approval_not_found"
    status = 404
    title = _("No such proposal")
    message = _("There is no such proposal. Nothing was changed.")
    cause = _("The address is incomplete or old.")
    remedy = _("Open the list of proposals.")


class ApprovalOwnError(DomainError):
    """Who proposed it, or whom it concerns, may not decide it."""

    code = "approval_own"
    status = 403
    title = _("This needs somebody else")
    message = _("You proposed this, or it concerns you. Somebody else decides it.")
    cause = _("Whatever changes money or identity is seen by two people.")
    remedy = _("Ask a colleague with the same permission.")


class ApprovalNotYoursError(DomainError):
    """Only who proposed it may withdraw it."""

    code = "approval_not_yours"
    status = 403
    title = _("Only its maker withdraws it")
    message = _("Only who proposed this may withdraw it. Nothing was changed.")
    cause = _("Everybody else may approve or decline it.")
    remedy = _("Decline it, and say why.")


class ApprovalForbiddenError(DomainError):
    """The checker lacks the permission of the kind."""

    code = "approval_forbidden"
    status = 403
    title = _("Your role does not decide this")
    message = _("Your role does not decide this. Nothing was changed.")
    cause = _("Each kind of proposal names the permission its second person needs.")
    remedy = _("Ask somebody with that role.")


class ApprovalClosedError(DomainError):
    """It was decided, withdrawn, or is over."""

    code = "approval_closed"
    status = 409
    title = _("Already closed")
    message = _("This proposal is closed already. Nothing was changed now.")
    cause = _("Somebody decided or withdrew it, its time was over, or its facts had changed.")
    remedy = _("Look at its history; propose it again if it is still needed.")


class ApprovalChangedError(DomainError):
    """What the checker saw is not what stands there."""

    code = "approval_changed"
    status = 409
    title = _("Not what you saw")
    message = _("This proposal is not the one that you saw. Nothing was changed.")
    cause = _("A decision counts only for exactly what was shown.")
    remedy = _("Read it again, then decide.")


class ApprovalWaitingError(DomainError):
    """The same is proposed already."""

    code = "approval_waiting"
    status = 409
    title = _("Already proposed")
    message = _("The same waits for a second person already. Nothing was proposed again.")
    cause = _("There is one open proposal for each matter.")
    remedy = _("Open the list of proposals and have that one decided.")


class ApprovalReasonError(DomainError):
    """A proposal, or a refusal of one, without words."""

    code = "approval_reason_missing"
    status = 422
    title = _("Say why")
    message = _("Say why in a sentence. Nothing was changed.")
    cause = _("Who reads it later has only these words.")
    remedy = _("Write the reason and send it again.")
