"""C5: the security centre: the score, the word in mails, the history, devices, and questions."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import steps_people
from tests.journeys.cast import Player
from tests.journeys.steps_reading import Reader

WORDS = {"zh": "竹影 316", "en": "paper moon 316"}
SUBJECT = "The word in our mails was changed"


def test_c5_the_security_centre(reader: Reader) -> None:
    """Walk from the score to the word, to the mail that carries it, and through the history."""
    person = steps_people.enrolled(reader)
    reader.go("/security")
    reader.look("centre")
    before = _points(reader)
    reader.page.locator("details.data summary").click()
    expect(reader.page.locator(".score__parts li")).to_have_count(7)
    reader.look("centre-points")
    _chooses_a_word(reader, person)
    reader.go("/security")
    assert _points(reader) == before + 10
    _looks_around(reader)
    _sets_questions(reader)


def _points(reader: Reader) -> int:
    return int(reader.page.locator(".score__dial b").inner_text())


def _shows_who_it_is(reader: Reader, person: Player) -> None:
    """Type the password once more, where the page asks for it."""
    if "/security/confirm" in reader.page.url:
        reader.page.fill("[name=password]", person.password)
        with reader.page.expect_navigation():
            reader.page.keyboard.press("Enter")


def _chooses_a_word(reader: Reader, person: Player) -> None:
    with reader.page.expect_navigation(wait_until="load"):
        reader.page.locator("a[href='/security/word']").last.click()
    _shows_who_it_is(reader, person)
    reader.is_at("/security/word")
    reader.page.fill("[name=word]", "okpay.com")
    reader.sends("Keep this word")
    reader.reads("Choose 2 to 24 letters, digits or spaces, without links. Nothing was changed.")
    word = WORDS[reader.way.language]
    reader.page.fill("[name=word]", word)
    reader.sends("Keep this word")
    expect(reader.page.locator(".word")).to_have_text(word)
    reader.look("centre-word")
    mail = reader.letter("mail", person.email, having=reader.says(SUBJECT))
    first = mail.splitlines()[0]
    assert first in {f"Your word: {word}", f"你的防伪码：{word}"}, mail


def _looks_around(reader: Reader) -> None:
    reader.go("/security/sign-ins")
    reader.reads("Signed in")
    reader.look("centre-sign-ins")
    reader.go("/security/devices")
    reader.look("centre-devices")
    reader.follows("There is one I do not know")
    reader.is_at("/security/not-me")
    reader.look("centre-not-me")
    reader.go("/security/guide")
    reader.look("centre-guide")


def _sets_questions(reader: Reader) -> None:
    reader.go("/security/questions")
    page = reader.page
    expect(page.locator("[name=wording3]")).to_be_hidden()
    for place, (code, answer) in enumerate(
        (("first_dish", "noodles"), ("lost_thing", "umbrella"), ("own", "blue door")), 1
    ):
        page.select_option(f"[name=question{place}]", code)
        page.fill(f"[name=answer{place}]", answer)
    page.fill("[name=wording3]", "Old house?" if reader.way.language == "en" else "老房子？")
    reader.look("centre-questions")
    reader.sends("Keep these questions")
    reader.is_at("/security")
    reader.reads("Your three questions are kept. They are asked in a recovery.")


def test_c5_the_meter_judges_while_typing(reader: Reader) -> None:
    """Nothing typed leaves the page before the form is sent."""
    sent: list[str] = []
    reader.page.on("request", lambda request: sent.append(request.url))
    reader.go("/signup")
    meter = reader.page.locator("[data-meter-for]")
    seen = []
    sent.clear()
    for text in (
        "short",
        "password12345678",
        "aaaaaaaaaaaaaaaa",
        "okpay is my wallet",
        "seven quiet rivers run",
    ):
        reader.page.fill("[name=password1]", text)
        seen.append(meter.locator("progress").evaluate("bar => bar.value"))
    assert seen == [1, 2, 1, 1, 4]
    expect(meter.locator("[role=status]")).to_have_text(
        re.compile(re.escape(reader.says("Very strong.")))
    )
    assert [url for url in sent if "/static/" not in url] == []
