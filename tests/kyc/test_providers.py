"""The outside verifier: the sandbox's over real HTTP, and the shape of a commercial one."""

from __future__ import annotations

from datetime import datetime

import httpx
import pytest

from okpay.kyc import operations, verifying
from okpay.kyc.models import Case, Finding
from okpay.kyc.providers.base import (
    PermanentVerifierError,
    Report,
    RetryableVerifierError,
    Verdict,
    Wish,
)
from okpay.kyc.providers.document_check.client import DocumentCheck
from okpay.kyc.providers.sandbox_verifier.client import SandboxVerifier
from tests.kyc.drawings import picture
from tests.kyc.kit import MakeApplicant
from tests.support.box import Box


@pytest.fixture
def verifier(box: Box) -> SandboxVerifier:
    from okpay.config.secrets import secret

    return SandboxVerifier(base_url=box.url, key=secret("verifier"))


def behave(box: Box, how: str) -> None:
    from okpay.config.secrets import secret

    headers = {"Authorization": f"Bearer {secret('verifier')}"}
    answer = httpx.put(
        f"{box.url}/verifier/v1/faults", json={"api": how}, headers=headers, timeout=30
    )
    assert answer.status_code == 200


def wish(reference: str, name: str = "周晓宁") -> Wish:
    fields = {"legal_name": name, "number": "11010519491231002X", "expiry": "2040-05-18"}
    return Wish(reference, "CN", "prc_id", fields, {"front": picture(1), "back": picture(2)})


def test_the_sandbox_says_clear_or_consider(verifier: SandboxVerifier) -> None:
    assert verifier.verify(wish("kyc_clear-1")) == Report(Verdict.CLEAR)
    doubtful = Report(Verdict.CONSIDER, ("document_image_quality",))
    assert verifier.verify(wish("kyc_doubt-1", "周 REJECT")) == doubtful
    assert verifier.verify(wish("kyc_doubt-1", "周 REJECT")) == doubtful


def test_it_fails_lies_and_knows_who_asks(box: Box, verifier: SandboxVerifier) -> None:
    try:
        behave(box, "error")
        with pytest.raises(RetryableVerifierError):
            verifier.verify(wish("kyc_fails-1"))
        behave(box, "lie")
        assert verifier.verify(wish("kyc_lies-1", "REJECT ME")) == Report(Verdict.CLEAR)
        behave(box, "pending")
        assert verifier.verify(wish("kyc_waits-1")) == Report(Verdict.PENDING)
    finally:
        behave(box, "ok")
    with pytest.raises(PermanentVerifierError):
        SandboxVerifier(base_url=box.url, key="wrong").verify(wish("kyc_stranger-1"))
    away = SandboxVerifier(base_url="http://127.0.0.1:9", key="x")
    with pytest.raises(RetryableVerifierError):
        away.verify(wish("kyc_away-1"))


def test_its_word_is_a_finding_and_makes_two_people_look(
    applicant: MakeApplicant, verifier: SandboxVerifier, now: datetime
) -> None:
    case = applicant("周 REJECT").sent(now)
    said = verifying.ask(case_id=case.pk, version=case.version, using=verifier, now=now)
    found = Finding.objects.get(case=case, code="outside")
    assert (said, found.outcome) == (Verdict.CONSIDER, "warn")
    assert found.facts == {"verdict": "consider", "concerns": ["document_image_quality"]}
    after = Case.objects.get(pk=case.pk)
    assert (after.high_risk, after.state) == (True, "submitted")


def test_a_case_that_changed_meanwhile_is_left_alone(
    applicant: MakeApplicant, verifier: SandboxVerifier, now: datetime
) -> None:
    who = applicant()
    case = who.filled(now)
    sent = operations.submit(actor=who.actor, case_id=case.pk, now=now)
    version = sent.version - 1
    assert verifying.ask(case_id=case.pk, version=version, using=verifier, now=now) is None
    assert not Finding.objects.filter(case=case, code="outside").exists()


def answers(result: str, breakdown: dict[str, object]) -> tuple[httpx.MockTransport, list[str]]:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path}")
        if request.method == "GET":
            body = {"status": "complete", "result": result, "breakdown": breakdown}
            return httpx.Response(200, json=body)
        assert request.headers["idempotency-key"].startswith("kyc_shape-1/")
        return httpx.Response(201, json={"id": f"id{len(seen)}"})

    return httpx.MockTransport(answer), seen


@pytest.mark.parametrize(
    ("result", "breakdown", "expected"),
    [
        ("clear", {}, Report(Verdict.CLEAR)),
        (
            "consider",
            {"visual": {"result": "consider"}, "age": {"result": "clear"}},
            Report(Verdict.CONSIDER, ("visual",)),
        ),
    ],
)
def test_the_shape_of_a_commercial_one(
    result: str, breakdown: dict[str, object], expected: Report
) -> None:
    transport, seen = answers(result, breakdown)
    client = DocumentCheck(base_url="https://check.example/v3", key="k", transport=transport)
    assert client.verify(wish("kyc_shape-1")) == expected
    assert seen == [
        "POST /v3/applicants", "POST /v3/documents", "POST /v3/documents", "POST /v3/checks",
        "GET /v3/checks/id4",
    ]  # fmt: skip


def test_a_word_nobody_agreed_on_is_no_answer() -> None:
    transport, _ = answers("perhaps", {})
    client = DocumentCheck(base_url="https://check.example/v3", key="k", transport=transport)
    with pytest.raises(RetryableVerifierError):
        client.verify(wish("kyc_shape-1"))
