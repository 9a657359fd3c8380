"""The pages of the security centre: what they say, what they do, and to whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from okpay.identity.models import KnownDevice, PastPassword, Person, Session
from okpay.identity.safety import questions, reminders, word
from okpay.identity.safety.models import SignIn
from okpay.kernel import clock
from tests.identity.kit import PASSWORD
from tests.web.account.kit import enter_password, mailed_code, sign_in, signed_in

Open = Callable[[], Client]
PAGES = (
    "/security",
    "/security/devices",
    "/security/sign-ins",
    "/security/not-me",
    "/security/word",
    "/security/questions",
    "/security/guide",
)
ANSWERS = {
    "question1": "first_dish",
    "answer1": "noodles",
    "question2": "lost_thing",
    "answer2": "umbrella",
    "question3": "own",
    "wording3": "What did the old house have?",
    "answer3": "a blue door",
}


def entered(client: Client, person: Any) -> Client:
    """Sign in and show once more who it is."""
    sign_in(client, person.email)
    client.post("/security/confirm", {"password": PASSWORD})
    return client


def text_of(answer: Any) -> str:
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_the_score_grows_with_what_is_done(browser: Open, enrol: Any) -> None:
    person, client = enrol(pin=""), browser()
    sign_in(client, person.email)
    page = text_of(client.get("/security"))
    assert "Set a payment password" in page
    before = int(re.findall(r"(\d+) of 100 points", page)[0])
    word.set_word(actor=_actor(person), word="paper moon", now=clock.now())
    after = int(re.findall(r"(\d+) of 100 points", text_of(client.get("/security")))[0])
    assert after == before + 10


def _actor(person: Any) -> Any:
    from okpay.kernel.actor import Actor

    return Actor(person_id=person.id, kind="person", via="web")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_one_language(browser: Open, enrol: Any, language: str) -> None:
    client = entered(browser(), enrol(name="Lin Yue"))
    client.cookies["okpay_language"] = language
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200, path
        text = text_of(answer).replace("简体中文", "")
        chinese = bool(re.search(r"[\u4e00-\u9fff]", text))
        english = bool(re.search(r"\b(the|you|your|is|with)\b", text))
        assert (chinese, english) == (language == "zh-hans", language == "en"), path


def test_strangers_see_only_the_guide(browser: Open) -> None:
    client = browser()
    codes = [client.get(path).status_code for path in PAGES]
    assert codes == [302] * (len(PAGES) - 1) + [200]


def test_attempts_are_in_the_history(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    other = enrol()
    sign_in(browser(), other.email)
    for _try in range(2):
        sign_in(browser(), person.email, "wrong wrong wrong")
    sign_in(client, person.email)
    assert list(
        SignIn.objects.filter(person_id=person.id).order_by("id").values_list("result", "times")
    ) == [("wrong_password", 2), ("ok", 1)]
    page = text_of(client.get("/security/sign-ins"))
    assert (page.count("Wrong password"), page.count("Signed in")) == (1, 1)
    assert "×2" in page
    assert "This network" in page
    assert "2 failed tries in the last 7 days" in text_of(client.get("/security"))


def test_a_lock_is_in_the_history_and_nobody_is_not(browser: Open, enrol: Any) -> None:
    person = enrol()
    before = SignIn.objects.exclude(person_id=person.id).count()
    for _try in range(6):
        sign_in(browser(), person.email, "wrong wrong wrong")
        sign_in(browser(), "nobody@mail.example", "wrong wrong wrong")
    rows = SignIn.objects.filter(person_id=person.id).order_by("id")
    assert list(rows.values_list("result", "times")) == [("wrong_password", 5), ("locked", 1)]
    assert SignIn.objects.exclude(person_id=person.id).count() == before


def test_a_wrong_second_step_is_in_the_history(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    answer = enter_password(client, person.email)
    assert answer["Location"] == "/signin/second"  # a browser that is new
    code = mailed_code(client)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    client.post("/signin/second", {"way": "email", "code": wrong})
    client.post("/signin/second", {"way": "email", "code": code})
    rows = SignIn.objects.filter(person_id=person.id).order_by("id")
    assert list(rows.values_list("result", flat=True)) == ["wrong_factor", "ok"]


def test_odd_pages_of_the_history_are_the_first(browser: Open, enrol: Any) -> None:
    client = browser()
    sign_in(client, enrol().email)
    for page in ("0", "-1", "x", "٣", "99999999999", ""):
        assert client.get("/security/sign-ins", {"page": page}).status_code == 200


def test_forgetting_a_device_signs_it_out(browser: Open, enrol: Any) -> None:
    person, mine, theirs, stranger = enrol(), browser(), browser(), browser()
    sign_in(theirs, person.email)
    device = KnownDevice.objects.get(person_id=person.id)
    client = mine
    client.cookies["okpay_device"] = theirs.cookies["okpay_device"].value
    sign_in(stranger, enrol().email)
    assert stranger.post(f"/security/devices/known/{device.id}/forget").status_code == 404
    assert signed_in(theirs)
    answer = theirs.post(f"/security/devices/known/{device.id}/forget")
    assert answer["Location"] == "/security/devices"
    assert not signed_in(theirs)
    assert not KnownDevice.objects.filter(person_id=person.id).exists()
    assert not Session.objects.filter(person_id=person.id).exists()


def test_the_word_is_set_shown_and_taken_away(browser: Open, enrol: Any) -> None:
    person = enrol()
    client = entered(browser(), person)
    assert b"links" in client.post("/security/word", {"word": "okpay.com"}).content
    assert b"one of your passwords" in client.post("/security/word", {"word": "204817"}).content
    assert client.post("/security/word", {"word": "竹影 316"})["Location"] == "/security/word"
    assert "竹影 316" in text_of(client.get("/security/word"))
    assert "竹影 316" not in client.get("/security").content.decode()
    client.post("/security/word", {"action": "remove"})
    assert word.has_word(person.id) is False


@pytest.mark.parametrize("path", ["/security/word", "/security/questions"])
def test_h_a_stolen_session_changes_nothing(browser: Open, enrol: Any, path: str) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    answer = client.post(path, {"word": "stolen moon", **ANSWERS})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/security/confirm")
    assert (word.has_word(person.id), questions.has_questions(person.id)) == (False, False)
    kept = [row.data for row in Session.objects.filter(person_id=person.id)]
    session = client.session
    assert not any(secret in str(dict(session)) for secret in ("stolen moon", "umbrella")), kept


def test_questions_are_set_and_never_shown_again(browser: Open, enrol: Any) -> None:
    person = enrol()
    client = entered(browser(), person)
    bad = client.post("/security/questions", {**ANSWERS, "question2": "first_dish"})
    assert b"Three different questions" in bad.content
    assert questions.has_questions(person.id) is False
    assert client.post("/security/questions", ANSWERS)["Location"] == "/security"
    page = client.get("/security/questions").content.decode()
    assert "What did the old house have?" in page
    assert not any(answer in page for answer in ("noodles", "umbrella", "a blue door"))
    client.post("/security/questions", {"action": "remove"})
    assert questions.has_questions(person.id) is False


def test_b6_an_old_password_is_a_calm_to_do(browser: Open, enrol: Any) -> None:
    person, client = enrol(), browser()
    sign_in(client, person.email)
    PastPassword.objects.filter(person_id=person.id).update(
        created_at=clock.now() - timedelta(days=181)
    )
    assert "half a year old" in text_of(client.get("/security"))
    assert client.post("/security/password/later")["Location"] == "/security"
    assert "half a year old" not in text_of(client.get("/security"))
    assert reminders.password_is_due(person.id, clock.now() + timedelta(days=31)) is True


def test_b6_home_reminds_once_the_first_steps_are_done(enrol: Any) -> None:
    from okpay.web.pages.home import todos

    person = enrol()
    found = Person.objects.get(pk=person.id)
    now = clock.now()
    old = {"created_at": now - timedelta(days=181)}
    PastPassword.objects.filter(person_id=person.id).update(**old)
    titles = [todo.title for todo in todos.todos(_actor(person), found, now, quiet=True)]
    assert len(titles) == 1
    reminders.put_password_off(actor=_actor(person), now=now)
    assert todos.todos(_actor(person), found, now, quiet=True) == []


def test_b18_the_tip_is_shown_until_it_is_put_away(browser: Open, enrol: Any) -> None:
    client = browser()
    sign_in(client, enrol().email)
    assert "In public networks" in text_of(client.get("/security"))
    client.post("/security/tip")
    assert "In public networks" not in text_of(client.get("/security"))
    assert "In public networks" in text_of(client.get("/security/guide"))


def test_a_breached_password_is_refused_where_it_is_chosen(
    browser: Open, enrol: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from okpay.identity.safety import breached

    new = "eleven paper lanterns"
    monkeypatch.setattr(breached, "is_breached", lambda text: text == new)
    person = enrol()
    client = entered(browser(), person)
    form = {"oldpassword": PASSWORD, "password1": new}
    assert b"stolen somewhere else" in client.post("/security/password", form).content
    assert Person.objects.get(pk=person.id).check_password(PASSWORD)
    assert new not in caplog.text
