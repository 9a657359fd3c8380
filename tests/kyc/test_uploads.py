"""Pictures from outside, hostile ones first: hostile group I and G5."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from PIL import Image

from okpay.identity.staff import NotPermittedError
from okpay.kernel.actor import Actor
from okpay.kernel.errors import DomainError
from okpay.kernel.ids import new_uuid
from okpay.kernel.models import AuditRow
from okpay.kyc import files, operations, vault
from okpay.kyc.checks import pictures, structure
from okpay.kyc.errors import (
    CaseNotFoundError,
    FileTypeRefusedError,
    PictureTooIntricateError,
    PictureTooLargeError,
    PictureTooSmallError,
    PictureUnreadableError,
    TooManyUploadsError,
)
from okpay.kyc.models import Case, Picture
from tests.kyc.drawings import picture
from tests.kyc.kit import MakeApplicant, staff_of
from tests.support.people import MakePerson


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + chunk(b"IDAT", zlib.compress(bytes(100_000))) + chunk(b"IEND", b"")


def scans(count: int, between: bytes = b"") -> bytes:
    """A progressive JPEG, 512 pixels square, which repeats its last scan."""

    def segment(marker: int, body: bytes) -> bytes:
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body

    table = bytes([1] + [0] * 15)
    out = b"\xff\xd8" + segment(0xDB, b"\0" + b"\1" * 64)
    out += segment(0xC2, struct.pack(">BHHB", 8, 512, 512, 1) + b"\1\x11\0")
    out += segment(0xC4, b"\0" + table + b"\0") + segment(0xC4, b"\x10" + table + b"\xb0")
    out += between
    out += segment(0xDA, b"\1\1\0\0\0\0") + bytes(512)  # 64 × 64 blocks, one bit each
    # In each further scan two runs of 2,048 blocks without a value: code 0, then eleven bits.
    runs = bytes(3)
    return out + (segment(0xDA, b"\1\1\0\1\x3f\0") + runs) * (count - 1) + b"\xff\xd9"


def hidden(count: int) -> bytes:
    """Put bytes that look like scans where no decoder reads them: in a remark, behind the end."""
    looks = b"\xff\xda\x00\x02" * count
    remark = b"\xff\xfe" + struct.pack(">H", len(looks) + 2) + looks
    return scans(10, remark) + looks


def chunks(count: int) -> bytes:
    """A PNG with empty pieces of data."""
    whole = bomb(800, 800)
    empty = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    return whole[:33] + empty * count + whole[33:]


def moving(kind: str) -> bytes:
    """A picture of two frames."""
    first, second = (Image.new("RGB", (500, 400), (shade,) * 3) for shade in (10, 200))
    out = io.BytesIO()
    first.save(out, kind, save_all=True, append_images=[second], duration=100)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", bytes(5_000_000))
    return out.getvalue()


HOSTILE: list[tuple[str, Callable[[], bytes], type[DomainError]]] = [
    ("i2_pixel_bomb", lambda: bomb(50_000, 50_000), PictureTooLargeError),
    ("i2_wide_bomb", lambda: bomb(1_000_000, 500), PictureTooLargeError),
    ("i2_too_many_bytes", lambda: b"\xff\xd8\xff" + bytes(9_000_000), PictureTooLargeError),
    ("i2_zip_bomb", archive, FileTypeRefusedError),
    ("i4_pdf_with_script", lambda: b"%PDF-1.7\n/JS (app.alert(1)) /Launch", FileTypeRefusedError),
    ("i4_encrypted_pdf", lambda: b"%PDF-1.7\ntrailer << /Encrypt 1 0 R >>", FileTypeRefusedError),
    (
        "svg",
        lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        FileTypeRefusedError,
    ),
    ("html", lambda: b"<!doctype html><script>x()</script>", FileTypeRefusedError),
    ("gif", lambda: b"GIF89a" + bytes(100), FileTypeRefusedError),
    ("empty", lambda: b"", FileTypeRefusedError),
    ("cut_off", lambda: picture(1)[:2_000], PictureUnreadableError),
    ("only_magic", lambda: b"\xff\xd8\xff" + b"x" * 500, PictureUnreadableError),
    ("broken_png", lambda: bomb(800, 800), PictureUnreadableError),
    ("i2_thousands_of_scans", lambda: scans(4_000), PictureTooIntricateError),
    ("i2_one_scan_too_many", lambda: scans(structure.MOST_SCANS + 1), PictureTooIntricateError),
    (
        "i2_scans_after_restarts",
        lambda: scans(4_000).replace(b"\0\0\0\xff\xda", b"\xff\0\xff\xd0\xff\xff\xda"),
        PictureTooIntricateError,
    ),
    ("i2_segments", lambda: scans(1, b"\xff\xfe\0\2" * 3_000), PictureTooIntricateError),
    ("i2_png_chunks", lambda: chunks(structure.MOST_CHUNKS), PictureTooIntricateError),
    ("i2_moving_png", lambda: moving("PNG"), PictureTooIntricateError),
    ("i2_moving_webp", lambda: moving("WEBP"), PictureTooIntricateError),
    ("i2_length_of_none", lambda: scans(1, b"\xff\xfe\0\0"), PictureUnreadableError),
    ("i2_marker_of_none", lambda: scans(1, b"\xff\x02\xff\xff"), PictureUnreadableError),
    ("tiny", lambda: picture(1, size=(399, 900)), PictureTooSmallError),
]


@pytest.mark.parametrize(("raw", "refusal"), [(raw, error) for _, raw, error in HOSTILE],
                         ids=[name for name, _, _ in HOSTILE])  # fmt: skip
def test_hostile_files_are_refused_and_nothing_is_kept(
    applicant: MakeApplicant, raw: Callable[[], bytes], refusal: type[DomainError], now: datetime
) -> None:
    who = applicant()
    case = who.begun(now)
    with pytest.raises(refusal):
        operations.add_picture(actor=who.actor, case_id=case.pk, slot="front", raw=raw(), now=now)
    case.refresh_from_db()
    assert (Picture.objects.filter(case=case).count(), case.version) == (0, 1)


def test_i2_a_bomb_is_refused_before_it_is_decoded() -> None:
    raw = bomb(50_000, 50_000)
    tracemalloc.start()
    with pytest.raises(PictureTooLargeError):
        pictures.clean(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("make", [lambda: scans(64), lambda: hidden(200),
                                  lambda: picture(11, progressive=True),
                                  lambda: picture(12, restart_marker_rows=1)])  # fmt: skip
def test_i2_a_photo_is_not_taken_for_too_many_scans(make: Callable[[], bytes]) -> None:
    assert pictures.clean(make()).body.startswith(b"\xff\xd8\xff")


def test_i2_what_is_refused_for_its_scans_is_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr("PIL.Image.open", lambda *given, **_: opened.append(given))
    with pytest.raises(PictureTooIntricateError):
        pictures.clean(scans(65))
    assert opened == []


def test_i2_refused_pictures_count_for_the_day_too(applicant: MakeApplicant, now: datetime) -> None:
    who = applicant()
    case = who.begun(now)

    def send(raw: bytes, at: datetime) -> None:
        operations.add_picture(actor=who.actor, case_id=case.pk, slot="front", raw=raw, now=at)

    for _ in range(operations.PICTURES_A_DAY):
        with pytest.raises(FileTypeRefusedError):
            send(b"%PDF-1.7", now)
    with pytest.raises(TooManyUploadsError):
        send(picture(3), now)
    assert Picture.objects.filter(case=case).count() == 0
    send(picture(3), now + timedelta(hours=25))
    assert Picture.objects.filter(case=case).count() == 1


def test_i2_sixty_pictures_a_day_and_no_more(applicant: MakeApplicant, now: datetime) -> None:
    who = applicant()
    case = who.begun(now)
    kept = operations.add_picture(
        actor=who.actor, case_id=case.pk, slot="front", raw=picture(3), now=now
    )
    Picture.objects.bulk_create(
        Picture(
            id=new_uuid(), case=case, person_id=who.id, slot="front", version=1, mime="image/jpeg",
            width=1, height=1, size=1, sealed=bytes(kept.sealed), look=bytes(kept.look), marks=[],
            created_at=now, replaced_at=now,
        )
        for _ in range(operations.PICTURES_A_DAY - 1)
    )  # fmt: skip
    with pytest.raises(TooManyUploadsError):
        operations.add_picture(
            actor=who.actor, case_id=case.pk, slot="back", raw=picture(4), now=now
        )
    tomorrow = now + timedelta(hours=25)
    operations.add_picture(
        actor=who.actor, case_id=case.pk, slot="back", raw=picture(4), now=tomorrow
    )


def test_i3_the_place_and_the_trailing_bytes_are_gone(
    applicant: MakeApplicant, now: datetime
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "SECRET-REMARK"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 27.0)
    raw = picture(5, exif=exif.tobytes(), comment=b"SECRET-COMMENT") + b"SECRET-TAIL<script>"
    assert b"SECRET-REMARK" in raw
    who = applicant()
    case = who.begun(now)
    kept = operations.add_picture(actor=who.actor, case_id=case.pk, slot="front", raw=raw, now=now)
    body = vault.bytes_of(kept)
    with Image.open(io.BytesIO(body)) as stored:
        assert (dict(stored.getexif()), stored.format) == ({}, "JPEG")
        assert "comment" not in stored.info
    assert b"SECRET" not in body
    assert b"Exif" not in body


def test_what_is_stored_is_encrypted(applicant: MakeApplicant, now: datetime) -> None:
    who = applicant()
    case = who.filled(now)
    for kept in Picture.objects.filter(case=case):
        assert b"\xff\xd8\xff" not in bytes(kept.sealed)
        assert b"JFIF" not in bytes(kept.sealed)
    for answer in case.answers.all():
        assert vault.text_of(answer).encode() not in bytes(answer.sealed)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_of_picture_becomes_a_jpeg_of_ours(kind: str) -> None:
    clean = pictures.clean(picture(6, kind=kind, size=(2_400, 1_600)))
    assert (clean.body[:3], clean.width, clean.height) == (b"\xff\xd8\xff", 2_000, 1_333)
    assert (clean.blurred, clean.glare) == (False, False)


def test_blur_and_glare_are_seen() -> None:
    flat = Image.new("RGB", (900, 600), (120, 120, 120))
    bright = Image.new("RGB", (900, 600), (255, 255, 255))
    for image, expected in ((flat, (True, False)), (bright, (True, True))):
        out = io.BytesIO()
        image.save(out, "JPEG")
        clean = pictures.clean(out.getvalue())
        assert (clean.blurred, clean.glare) == expected


def test_g5_an_address_of_a_picture_is_for_one_person_and_five_minutes(
    applicant: MakeApplicant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, other = applicant(), applicant()
    mine = Picture.objects.filter(case=owner.filled(now)).earliest("id")
    token = files.sign(viewer=owner.id, file_id=mine.id)
    assert files.own_file(actor=owner.actor, token=token) == vault.bytes_of(mine)
    stolen = files.sign(viewer=other.id, file_id=mine.id)
    for actor, wrong in (
        (other.actor, token), (other.actor, stolen), (owner.actor, token[:-2] + "xx"),
        (owner.actor, ""), (owner.actor, files.sign(viewer=owner.id, file_id=new_uuid())),
    ):  # fmt: skip
        with pytest.raises(CaseNotFoundError):
            files.own_file(actor=actor, token=wrong)
    monkeypatch.setattr(files, "LIFE", -1)
    with pytest.raises(CaseNotFoundError):
        files.own_file(actor=owner.actor, token=token)


def test_g5_staff_open_a_picture_with_the_right_to_and_it_is_written_down(
    applicant: MakeApplicant, reviewer: Actor, make_person: MakePerson, now: datetime
) -> None:
    case = applicant().filled(now)
    mine = Picture.objects.filter(case=case).earliest("id")
    support = staff_of(make_person(), "support")
    customer = Actor(person_id=reviewer.person_id, kind="person", via="web")
    for actor in (support, customer):
        with pytest.raises(NotPermittedError):
            files.open_file(actor=actor, file_id=mine.id, reason="curious", now=now)
    opened = AuditRow.objects.filter(action="kyc.file.opened", subject=str(case))
    assert not opened.exists()
    files.open_file(actor=reviewer, file_id=mine.id, reason="review", now=now)
    row = opened.get()
    assert (row.actor_id, row.data["file"], row.data["reason"]) == (
        reviewer.person_id, str(mine), "review",
    )  # fmt: skip


def test_a_picture_of_somebody_elses_case_is_not_there(
    applicant: MakeApplicant, now: datetime
) -> None:
    case = applicant().begun(now)
    with pytest.raises(CaseNotFoundError):
        operations.add_picture(
            actor=applicant().actor, case_id=case.pk, slot="front", raw=picture(7), now=now
        )
    assert Case.objects.get(pk=case.pk).version == 1
