"""C4: the real-name check, sent, sent back for one picture and one field, and approved."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.journeys import steps_boxes, steps_desk, steps_people
from tests.journeys.steps_reading import Reader
from tests.kyc.drawings import fresh_number, picture


def test_c4_only_what_was_remarked_on_is_sent_again(reader: Reader, tmp_path: Path) -> None:
    person = steps_people.enrolled(reader, pin=False)
    reader.go("/")
    reader.reads("Check your real name")
    reader.go("/me/real-name/")
    reader.look("kyc-guide")
    reader.follows("Begin")
    reader.look("kyc-document")
    _begins(reader, "prc_id")
    _photographs(reader, tmp_path, "front", look=True)
    _photographs(reader, tmp_path, "back")
    reader.is_at("/me/real-name/details")
    number = fresh_number()
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    reader.fills(legal_name=person.name, number=wrong, expiry="2040-05-18")
    reader.sends("Go on")
    reader.reads("A digit is wrong: the number's check digit does not fit. Compare it.")
    reader.look("kyc-details-refused")
    reader.fills(number=number)
    reader.sends("Go on")
    reader.look("kyc-review")
    reader.sends("Send it")
    reader.reads("It is being looked at")
    reader.look("kyc-waiting")
    _is_sent_back(reader, person.email, tmp_path)
    steps_desk.decides(reader.product, person.email)
    reader.go("/me/real-name/")
    reader.reads("Your real name is checked")
    reader.look("kyc-approved")
    steps_boxes.arrived(reader.product, "mail", person.email, purpose="kyc_approved")


def _is_sent_back(reader: Reader, email: str, folder: Path) -> None:
    wrongs = [["back", "blurred"], ["number", "number_mismatch"]]
    steps_desk.decides(reader.product, email, wrongs=wrongs)
    reader.go("/me/real-name/")
    reader.reads("The picture is blurred.")
    reader.look("kyc-asked")
    links = reader.page.locator("main .slip a.btn")
    expect(links).to_have_count(2)
    with reader.page.expect_navigation():
        links.first.click()
    reader.is_at("/me/real-name/pictures/back")
    reader.reads("The picture is blurred.")
    _photographs(reader, folder, "back")
    with reader.page.expect_navigation():
        links.last.click()
    expect(reader.page.locator("main form input:visible")).to_have_count(1)
    reader.fills(number=fresh_number())
    reader.sends("Go on")
    reader.follows("Look it over and send it")
    reader.sends("Send it")
    reader.reads("It is being looked at")


def _begins(reader: Reader, document: str) -> None:
    with reader.page.expect_navigation():
        reader.page.locator(f"main button[value={document}]").click()


def _photographs(reader: Reader, folder: Path, slot: str, *, look: bool = False) -> None:
    """Choose a file, read what the page thinks of it, and send it."""
    reader.is_at(f"/me/real-name/pictures/{slot}")
    file = folder / f"{slot}.jpg"
    file.write_bytes(picture())
    if look:
        reader.look("kyc-picture")
    reader.page.set_input_files("[name=picture]", file)
    reader.reads("It looks good: sharp, evenly lit, complete.")
    if look:
        reader.look("kyc-picture-judged")
    reader.sends("Use this picture")
