"""Asking the outside verifier about a case that was sent, and writing down what it said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction

from okpay.kernel.ids import encode
from okpay.kyc import findings, moves, vault
from okpay.kyc.models import Case
from okpay.kyc.providers.base import PermanentVerifierError, Verdict, Wish
from okpay.kyc.queries import current_pictures, texts
from okpay.kyc.states import QUEUED, REVIEWED

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kyc.providers.base import Verifier

_ASKABLE: Final = QUEUED | REVIEWED
_OUTCOME: Final = {
    Verdict.CLEAR: findings.GOOD,
    Verdict.CONSIDER: findings.WARN,
    Verdict.PENDING: findings.WARN,
}


def verifier() -> Verifier | None:
    """Return the outside verifier in use, or None."""
    key = settings.OKPAY_VERIFIER_KEY
    if settings.OKPAY_VERIFIER == "sandbox":
        from okpay.kyc.providers.sandbox_verifier.client import SandboxVerifier  # noqa: PLC0415 — an HTTP client costs 4 MB and more where nobody calls

        return SandboxVerifier(base_url=settings.OKPAY_SANDBOX_URL, key=key)
    if settings.OKPAY_VERIFIER == "document_check":
        from okpay.kyc.providers.document_check.client import DocumentCheck  # noqa: PLC0415 — an HTTP client costs 4 MB and more where nobody calls

        return DocumentCheck(base_url=settings.OKPAY_VERIFIER_URL, key=key)
    return None


def ask(*, case_id: UUID, version: int, using: Verifier, now: datetime) -> Verdict | None:
    """Ask about one version of a case; the network is used outside any transaction.

    Its word raises no level and lowers none: it is a finding that the desk sees. "Consider" makes
    the case one for two people. A case that changed or was decided meanwhile is left alone.

    Returns:
        What it said; None when there was nothing to ask about.

    Raises:
        RetryableVerifierError: no answer; the job tries again with the same reference.
    """
    case = Case.objects.filter(pk=case_id, version=version, state__in=sorted(_ASKABLE)).first()
    if case is None:
        return None
    slots = current_pictures(case)
    pictures = {slot: vault.bytes_of(case.pictures.get(pk=one.pk)) for slot, one in slots.items()}
    reference = f"{encode('kyc', case.id)}-{version}"
    wish = Wish(reference, case.region, case.document, texts(case), pictures)
    try:
        report = using.verify(wish)
    except PermanentVerifierError as error:
        _write(case_id, version, findings.WARN, now, verdict="refused", concerns=[str(error)[:40]])
        return None
    outcome = _OUTCOME[report.verdict]
    concerns = list(report.concerns)
    _write(case_id, version, outcome, now, verdict=report.verdict.value, concerns=concerns)
    return report.verdict


def _write(
    case_id: UUID, version: int, outcome: str, now: datetime, *, verdict: str, concerns: list[str]
) -> None:
    with transaction.atomic():
        case = moves.lock(case_id)
        if case.version != version or case.state not in _ASKABLE:
            return
        findings.write(case, "outside", outcome, now=now, verdict=verdict, concerns=concerns)
        if verdict == Verdict.CONSIDER:
            Case.objects.filter(pk=case_id).update(high_risk=True)
