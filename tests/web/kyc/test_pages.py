"""Pages of the real-name check: which is shown when, who may see what, and what is never said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from okpay.identity.models import Person
from okpay.kernel.actor import Actor
from okpay.kyc import desk, files, operations
from okpay.kyc.documents import BY_REGION, DOCUMENTS, FIELD_WORDS, REGIONS, documents_of
from okpay.kyc.models import Case, Picture
from okpay.kyc.reasons import REASONS
from okpay.kyc.states import CaseState
from tests.kyc.drawings import fresh_number, picture
from tests.kyc.kit import Applicant, applicant_of, staff_of, taken
from tests.support.people import MakePerson

HOME = "/me/real-name/"


@pytest.fixture
def now() -> datetime:
    from okpay.kernel import clock

    return clock.now()


@pytest.fixture
def applicant(make_person: MakePerson) -> Callable[[], Applicant]:
    return lambda: applicant_of(make_person(level=0, language="en"))


@pytest.fixture
def reviewer(make_person: MakePerson) -> Actor:
    return staff_of(make_person(), "kyc")


def browser(person_id: UUID) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(Person.objects.get(pk=person_id))
    return client


def text(client: Client, path: str = HOME) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def upload(raw: bytes, name: str = "id.jpg", kind: str = "image/jpeg") -> dict[str, object]:
    return {"picture": SimpleUploadedFile(name, raw, kind)}


def test_every_state_has_its_page(
    applicant: Callable[[], Applicant], reviewer: Actor, now: datetime
) -> None:
    who = applicant()
    client = browser(who.id)
    assert "Show once who you are" in text(client)
    case = who.filled(now)
    assert "Go on where you stopped" in text(client)
    operations.submit(actor=who.actor, case_id=case.pk, now=now)
    assert "It is being looked at" in text(client)
    case = taken(reviewer, case, now)
    assert "Somebody has it open" in text(client)
    desk.ask_more(
        actor=reviewer, case_id=case.pk, version=case.version, codes=["proof_of_name"], now=now
    )
    assert "We need a proof that your name has changed." in text(client)
    assert client.post("/me/real-name/pictures/extra", upload(picture())).status_code == 302
    assert "Sent again" in text(client)
    assert client.post("/me/real-name/review").status_code == 302
    case = taken(reviewer, case, now)
    desk.final_reject(
        actor=reviewer, case_id=case.pk, version=case.version, code="altered", now=now
    )
    page = text(client)
    assert "The document was altered." in page
    assert "Send the appeal" in page
    client.post("/me/real-name/appeal", {"text": "It is new."})
    assert "Another person decides" in text(client)
    assert Case.objects.get(pk=case.pk).state == CaseState.APPEALED


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../../etc/passwd", "image/jpeg"),
        ("a\x00.jpg", "image/jpeg"),
        ("\u202egpj.exe", "application/x-msdownload"),
        ("x" * 300 + ".jpg", "text/html"),
    ],
)
def test_i5_the_name_and_type_of_a_file_are_not_asked_for(
    applicant: Callable[[], Applicant], name: str, kind: str, now: datetime
) -> None:
    who = applicant()
    case = who.begun(now)
    answer = browser(who.id).post("/me/real-name/pictures/front", upload(picture(), name, kind))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/real-name/pictures/back")
    kept = Picture.objects.get(case=case)
    assert kept.mime == "image/jpeg"
    assert str(kept).startswith("kyf_")


def test_i4_a_pdf_is_refused_in_words(applicant: Callable[[], Applicant], now: datetime) -> None:
    who = applicant()
    who.begun(now)
    answer = browser(who.id).post(
        "/me/real-name/pictures/front", upload(b"%PDF-1.7 /JS", "scan.pdf", "application/pdf")
    )
    assert answer.status_code == 422
    assert "Take a photo of the document; of a PDF, take a screenshot." in answer.content.decode()


def test_a_photo_of_a_phone_arrives_whole_and_a_larger_file_does_not(
    applicant: Callable[[], Applicant], now: datetime
) -> None:
    who = applicant()
    case = who.begun(now)
    client = browser(who.id)
    raw = picture(9) + bytes(4_000_000)
    assert client.post("/me/real-name/pictures/front", upload(raw)).status_code == 302
    answer = client.post("/me/real-name/pictures/back", upload(picture(9) + bytes(9_000_000)))
    assert answer.status_code == 413
    assert list(case.pictures.values_list("slot", flat=True)) == ["front"]


def test_only_what_is_asked_for_can_be_opened(
    applicant: Callable[[], Applicant], reviewer: Actor, now: datetime
) -> None:
    who = applicant()
    client = browser(who.id)
    assert client.get("/me/real-name/pictures/front").status_code == 404
    case = taken(reviewer, who.sent(now), now)
    assert client.get("/me/real-name/details").status_code == 404
    desk.reject_fields(
        actor=reviewer, case_id=case.pk, version=case.version,
        wrongs=[desk.Wrong("back", "cut_off")], now=now,
    )  # fmt: skip
    asked = [
        client.get(f"/me/real-name/{page}").status_code
        for page in ("pictures/back", "pictures/front", "pictures/nonsense", "details")
    ]
    assert asked == [200, 404, 404, 404]


def test_g5_a_picture_is_sent_to_its_owner_alone_and_nothing_of_it_runs(
    applicant: Callable[[], Applicant], now: datetime
) -> None:
    who, other = applicant(), applicant()
    mine = Picture.objects.filter(case=who.filled(now)).earliest("id")
    path = f"/me/real-name/files/{files.sign(viewer=who.id, file_id=mine.id)}"
    answer = browser(who.id).get(path)
    assert (answer.status_code, answer.content[:3]) == (200, b"\xff\xd8\xff")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="document.jpg"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert browser(other.id).get(path).status_code == 404
    assert browser(who.id).get(path + "x").status_code == 404
    assert Client(HTTP_HOST="localhost").get(path).status_code == 302


def test_i6_the_person_is_not_told_that_a_document_is_known(
    applicant: Callable[[], Applicant], now: datetime
) -> None:
    number, first, other = fresh_number(), applicant(), applicant()
    first.sent(now, number, seed=88)
    shared, alone = other.sent(now, number, seed=88), applicant().sent(now)
    assert (shared.high_risk, alone.high_risk) == (True, False)
    pages = [
        text(browser(one.person_id)).replace(str(one), "").replace("\n", "")
        for one in (shared, alone)
    ]
    assert str(Case.objects.get(person_id=first.id)) not in pages[0]
    assert len(pages[0]) == pytest.approx(len(pages[1]), abs=300)


def test_documents_and_reasons_are_whole() -> None:
    offered = {code for codes in BY_REGION.values() for code in codes} | {"other_id"}
    assert offered == set(DOCUMENTS)
    assert all(documents_of(region) for region in REGIONS)
    assert {field for one in DOCUMENTS.values() for field in one.fields} == set(FIELD_WORDS)
    assert all(str(one.text) and str(one.help) for one in REASONS.values())


@pytest.mark.parametrize("region", sorted(REGIONS))
def test_the_choice_of_a_region_shows_its_documents(
    applicant: Callable[[], Applicant], region: str
) -> None:
    page = text(browser(applicant().id), f"/me/real-name/document?region={region}")
    offered = [one.code for one in documents_of(region) if f'value="{one.code}"' in page]
    assert offered == [one.code for one in documents_of(region)]
