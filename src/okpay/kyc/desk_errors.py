"""What the desk of the real-name check refuses to staff."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.kernel.errors import DomainError

_ANEW = _("Open the case again, look at it, then decide.")


class CaseTakenError(DomainError):
    """A colleague has it. Params: `until` (ISO 8601)."""

    code = "kyc_case_taken"
    status = 409
    title = _("A colleague has this case")
    message = _("A colleague is looking at this case. Nothing was changed.")
    cause = _("One case is looked at by one person at a time.")
    remedy = _("Take another; a case that is left alone comes back by itself.")


class CaseNotTakenError(DomainError):
    """The actor does not have it, or no longer."""

    code = "kyc_case_not_yours"
    status = 409
    title = _("You do not have this case")
    message = _("You have not taken this case, or your time with it is over. Nothing was changed.")
    cause = _("A case that is left alone for half an hour goes back to the queue.")
    remedy = _("Take it again; look whether something has changed.")


class CaseChangedError(DomainError):
    """What was looked at is not what stands there. Params: `seen`, `current`."""

    code = "kyc_case_changed"
    status = 409
    title = _("Not what you saw")
    message = _("The customer has changed this case since you opened it. Nothing was decided.")
    cause = _("A decision counts only for exactly what was shown.")
    remedy = _ANEW


class OwnCaseError(DomainError):
    """Nobody decides about themselves, nor an appeal against their own decision."""

    code = "kyc_needs_somebody_else"
    status = 403
    title = _("This needs somebody else")
    message = _("This case is yours, or appeals against your decision. Nothing was changed.")
    cause = _("Nobody decides about themselves.")
    remedy = _("Leave it to a colleague.")


class DecisionInvalidError(DomainError):
    """A decision without remarks, or with remarks that do not fit. Params: `what`."""

    code = "kyc_decision_invalid"
    title = _("This decision is not complete")
    message = _("Name what is wrong: a field of this case, and a reason of the list.")
    cause = _("The customer reads exactly these remarks, and nothing else.")
    remedy = _("Choose at least one field and its reason.")


class CaseNotApprovableError(DomainError):
    """The document has run out, or the person is too young, or something is missing."""

    code = "kyc_not_approvable"
    status = 409
    title = _("This cannot be approved")
    message = _("The document has run out, or the person is too young. Nothing was decided.")
    cause = _("What the law demands is not left to anybody's judgement.")
    remedy = _("Reject the field that is wrong.")
