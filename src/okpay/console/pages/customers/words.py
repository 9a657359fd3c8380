"""Words of the customer's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okpay.console.pages.ledger import words as ledger_words
from okpay.identity.factors.queries import Way
from okpay.identity.looking.operations import Field, Why
from okpay.kyc.states import CaseState

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FIELDS: Final[dict[Field, _StrPromise]] = {
    Field.NAME: pgettext_lazy("customer", "Name"),
    Field.PHONE: pgettext_lazy("customer", "Phone"),
    Field.EMAIL: pgettext_lazy("customer", "E-mail"),
}
REASONS: Final[dict[Why, _StrPromise]] = {
    Why.CALLER: _("Check that a caller is the customer"),
    Why.CONTACT: _("Reach the customer"),
    Why.FRAUD: _("Suspicion of fraud"),
    Why.LAW: _("An authority asks"),
    Why.OTHER: _("Something else (say what)"),
}
FACTORS: Final[dict[Way, _StrPromise]] = {
    Way.PASSKEY: pgettext_lazy("factor", "Passkey"),
    Way.APP: pgettext_lazy("factor", "Authenticator app"),
    Way.SMS: pgettext_lazy("factor", "Text message"),
    Way.EMAIL: pgettext_lazy("factor", "E-mail"),
    Way.RECOVERY: pgettext_lazy("factor", "Recovery codes"),
}
# Word, kind of badge and icon of each state of a real-name check.
CASES: Final[dict[CaseState, tuple[_StrPromise, str, str]]] = {
    CaseState.DRAFT: (pgettext_lazy("kyc state", "Not sent yet"), "", "pencil"),
    CaseState.SUBMITTED: (pgettext_lazy("kyc state", "In the queue"), "warn", "clock"),
    CaseState.IN_REVIEW: (pgettext_lazy("kyc state", "Being looked at"), "warn", "eye"),
    CaseState.SECOND_LOOK: (
        pgettext_lazy("kyc state", "Waits for a second person"),
        "warn",
        "check-check",
    ),
    CaseState.MORE_ASKED: (pgettext_lazy("kyc state", "More was asked"), "", "clock"),
    CaseState.REJECTED: (pgettext_lazy("kyc state", "Sent back"), "danger", "undo-2"),
    CaseState.RESUBMITTED: (pgettext_lazy("kyc state", "Sent again"), "warn", "clock"),
    CaseState.APPROVED: (pgettext_lazy("kyc state", "Approved"), "ok", "check"),
    CaseState.FINAL_REJECTED: (pgettext_lazy("kyc state", "Rejected"), "danger", "x"),
    CaseState.APPEALED: (pgettext_lazy("kyc state", "Appealed"), "warn", "scale"),
    CaseState.EXPIRED: (pgettext_lazy("kyc state", "Document ran out"), "", "clock"),
    CaseState.CANCELED: (pgettext_lazy("kyc state", "Given up"), "", "x"),
}
RECORDS: Final[dict[str, _StrPromise]] = {
    kind.name.lower(): word for kind, word in ledger_words.RECORDS.items()
}
SEARCHES: Final[dict[str, _StrPromise]] = {
    "email": pgettext_lazy("search", "e-mail"),
    "phone": pgettext_lazy("search", "phone"),
    "customer": pgettext_lazy("search", "customer number"),
    "record": pgettext_lazy("search", "record number"),
    "case": pgettext_lazy("search", "case number"),
    "ticket": pgettext_lazy("search", "ticket number"),
    "card": pgettext_lazy("search", "last digits of a card"),
}
