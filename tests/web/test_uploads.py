"""What a request may carry is refused by its length and its count, before anybody keeps it."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from okpay.identity.models import Person
from okpay.web.uploads import PAGES, LimitedUpload
from tests.support.people import MakePerson

BOUND = "edge"
TOKEN = "a" * 32
FORM = f"multipart/form-data; boundary={BOUND}"


@pytest.fixture(autouse=True, scope="session")
def _static_folder() -> None:
    """The file server warns about a folder of collected files that is not there."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def part(name: str, body: bytes, file: str = "") -> bytes:
    told = f'; filename="{file}"' if file else ""
    head = f'--{BOUND}\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'
    return head.encode() + body + b"\r\n"


def whole(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUND}--\r\n".encode()


class Watched(io.BytesIO):
    """A body that knows how much of it was asked for."""

    asked = 0

    def read(self, size: int | None = -1, /) -> bytes:
        got = super().read(size)
        self.asked += len(got)
        return got


def sent(client: Client, path: str, body: Watched, length: str) -> HttpResponseBase:
    more = {"wsgi.input": body, "CONTENT_TYPE": FORM, "CONTENT_LENGTH": length}
    answer: HttpResponseBase = client.generic("POST", path, b"", FORM, **more)  # type: ignore[arg-type]  # a stream in place of a text
    return answer


def explained(answer: HttpResponseBase) -> None:
    assert isinstance(answer, HttpResponse)
    text = answer.content.decode()
    assert (answer.status_code, "request_too_large" in text) == (413, True)
    assert "That was too much at once" in text


def stranger() -> Client:
    """A browser with a token against forged forms: looking for it is what reads the body."""
    client = Client(HTTP_HOST="localhost", HTTP_ACCEPT_LANGUAGE="en", enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    return client


@pytest.fixture
def member(make_person: MakePerson) -> Client:
    return signed_in(make_person(level=0, language="en").id)


def signed_in(person_id: UUID) -> Client:
    client = stranger()
    client.force_login(Person.objects.get(pk=person_id))
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    return client


@pytest.mark.parametrize("path", ["/signin", "/payouts", "/me/real-name/pictures/front"])
def test_n_a_stranger_sends_no_large_request_and_not_a_byte_of_it_is_read(path: str) -> None:
    body = Watched(whole(part("f", b"x", "a.jpg")))
    length = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    explained(sent(stranger(), path, body, str(length)))
    assert body.asked == 0


@pytest.mark.parametrize("path", ["/signin", "/payouts", "/me/real-name/pictures/front"])
def test_n_a_stranger_sends_no_file_however_small(path: str) -> None:
    raw = whole(part("f", b"x", "a.jpg"))
    explained(sent(stranger(), path, Watched(raw), str(len(raw))))


@pytest.mark.parametrize(
    ("path", "page"), [("/payouts", "payouts"), ("/me/real-name/pictures/front", "kyc_picture")]
)
def test_n_the_whole_request_is_held_to_its_page(member: Client, path: str, page: str) -> None:
    body = Watched(whole(part("f", b"x", "a.jpg")))
    explained(sent(member, path, body, str(PAGES[page].whole + 1)))
    assert body.asked == 0


def test_n_a_page_without_a_file_takes_none(member: Client) -> None:
    raw = whole(part("f", b"x", "a.jpg"))
    explained(sent(member, "/transfer", Watched(raw), str(len(raw))))


def test_n_one_file_and_no_second_beside_it(member: Client) -> None:
    first = SimpleUploadedFile("a.csv", b"nothing", "text/csv")
    second = SimpleUploadedFile("b.csv", b"nothing", "text/csv")
    alone = member.post("/payouts", {"csrfmiddlewaretoken": TOKEN, "file": first})
    assert alone.status_code == 400
    assert b"request_too_large" not in alone.content  # it was read, and is no list
    first.seek(0)
    explained(member.post("/payouts", {"file": first, "more": second}))


def test_n_a_file_larger_than_its_page_in_a_request_that_fits(member: Client) -> None:
    large = SimpleUploadedFile("a.csv", bytes(PAGES["payouts"].most + 1), "text/csv")
    explained(member.post("/payouts", {"file": large}))


def test_n_a_length_that_is_not_told_is_refused() -> None:
    handler = LimitedUpload()
    for length in (None, -1, 1):
        with pytest.raises(RequestDataTooBig):
            handler.handle_raw_input(io.BytesIO(b"x"), {}, length, BOUND.encode())


def test_n_a_form_of_a_stranger_without_a_file_is_read() -> None:
    form = {"csrfmiddlewaretoken": TOKEN, "login": "nobody", "password": "wrong"}
    answer = stranger().post("/signin", form)
    assert answer.status_code in {200, 400, 401, 422}
    assert b"request_too_large" not in answer.content
