"""C18: what a thief added to a stolen account opens nothing after its owner took it back."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.models import EmailAddress
from django.test import Client

from okpay.identity.factors import recovery as recovery_codes
from okpay.identity.factors.models import AuthenticatorApp, MessageFactor, Passkey, RecoveryCode
from okpay.identity.factors.queries import has_second
from okpay.identity.freezing import recovery, renewal
from okpay.identity.freezing.models import Recovery
from okpay.identity.freezing.operations import lift, settle
from okpay.identity.freezing.recovery import Channel
from okpay.identity.models import KnownDevice, Person
from okpay.identity.safety import questions, word
from okpay.identity.safety.models import SignIn
from okpay.kernel import clock
from okpay.kernel.actor import SYSTEM
from okpay.kernel.ids import encode
from okpay.kernel.models import AuditRow
from okpay.notices.models import Message
from okpay.support import queries as tickets
from okpay.support import rescue
from tests.identity.factors.kit import refusal, with_app, with_passkey
from tests.identity.factors.soft_key import SoftKey
from tests.identity.freezing.kit import begun
from tests.support.people import MakePerson, Somebody
from tests.web.account.kit import enter_password, mailed_code, sign_in, signed_in
from tests.web.factors.kit import sign_in_by_key

Open = Callable[[], Client]
NEW = "twelve green umbrellas fly"


def stolen(person: Somebody, thief: Client) -> tuple[SoftKey, list[str]]:
    """A thief with the password makes themselves at home; return their passkey and codes."""
    now = clock.now()
    sign_in(thief, person.email, person.password)
    key = with_passkey(Person.objects.get(pk=person.id), now, "iPhone")
    with_app(Person.objects.get(pk=person.id), now)
    MessageFactor.objects.create(person_id=person.id, channel="sms", created_at=now)
    EmailAddress.objects.create(user_id=person.id, email=f"thief-{person.id}@people.example")
    return key, recovery_codes.make_codes(actor=person.actor, now=now)


def left(person: Somebody) -> list[int]:
    """How many ways in there are, of each kind."""
    mine = {"person_id": person.id}
    counts = [
        rows.objects.filter(**mine).count()
        for rows in (Passkey, AuthenticatorApp, MessageFactor, RecoveryCode, KnownDevice)
    ]
    return [*counts, EmailAddress.objects.filter(user_id=person.id, verified=False).count()]


def frozen(person: Somebody) -> Recovery:
    row = begun(person, *Channel)
    recovery.freeze_now(recovery_id=row.id, now=clock.now())
    return row


def test_c18_the_thiefs_passkey_and_codes_open_nothing_and_the_owner_comes_in(
    make_person: MakePerson, browser: Open
) -> None:
    person, thief = make_person(cny="100.00"), browser()
    key, codes = stolen(person, thief)
    assert left(person) == [1, 1, 1, 10, 1, 1]
    row = frozen(person)
    assert left(person) == [1, 1, 1, 10, 1, 1]  # a freeze alone, by one channel, removes nothing
    renewal.choose_password(recovery_id=row.id, password=NEW, now=clock.now())
    assert left(person) == [0] * 6
    ticket = rescue.finish(recovery_id=row.id, text="stolen", now=clock.now())
    _is_out(person, thief, key, codes)
    lift(actor=SYSTEM, person_id=person.id, now=clock.now())
    settle(person_id=person.id)
    _is_out(person, thief, key, codes)
    owner = browser()
    assert enter_password(owner, person.email, NEW)["Location"] == "/signin/second"
    sent = {"way": "email", "code": mailed_code(owner)}
    owner.post("/signin/second", sent)
    assert signed_in(owner)
    seen = tickets.ticket_of(actor=person.actor, ticket_id=ticket.id).facts["devices"]
    assert isinstance(seen, list)
    assert len(seen) == 1  # staff still see the thief's browser


def _is_out(person: Somebody, thief: Client, key: SoftKey, codes: list[str]) -> None:
    sign_in_by_key(thief, key)
    assert not signed_in(thief)
    assert not has_second(person.id)
    tried = refusal(
        lambda: recovery_codes.verify_recovery(
            person_id=person.id, code=codes[0], now=clock.now(), device="d"
        )
    )
    assert tried == "factor_wrong"
    enter_password(thief, person.email, person.password)
    assert not signed_in(thief)


def test_c18_it_is_written_down_and_told_once(make_person: MakePerson, browser: Open) -> None:
    person = make_person()
    stolen(person, browser())
    row = frozen(person)
    before = Message.objects.filter(person_id=person.id, code="factor_removed").count()
    for _twice in range(2):
        renewal.choose_password(
            recovery_id=row.id, password=f"{NEW} {_twice} times", now=clock.now()
        )
    told = Message.objects.filter(person_id=person.id, code="factor_removed")
    assert told.count() == before + 1
    trail = AuditRow.objects.filter(action=renewal.CLEARED, subject=encode("cus", person.id))
    (written,) = trail
    assert (written.data["factors"], written.data["email_changes"]) == (3, 1)


def test_c18_a_rescue_without_a_new_password_removes_them_as_well(
    make_person: MakePerson, browser: Open
) -> None:
    person = make_person()
    stolen(person, browser())
    row = frozen(person)
    rescue.finish(recovery_id=row.id, text="stolen", now=clock.now())
    assert left(person) == [0] * 6


def test_c18_nothing_is_added_while_frozen(make_person: MakePerson) -> None:
    person = make_person()
    frozen(person)
    now = clock.now()
    assert refusal(lambda: with_passkey(Person.objects.get(pk=person.id), now)) == "account_frozen"
    assert refusal(lambda: with_app(Person.objects.get(pk=person.id), now)) == "account_frozen"
    codes = refusal(lambda: recovery_codes.make_codes(actor=person.actor, now=now))
    assert codes == "account_frozen"
    assert not has_second(person.id)


def test_c18_a_thiefs_passkey_opens_nothing_between_the_freeze_and_the_new_password(
    make_person: MakePerson, browser: Open
) -> None:
    person, thief = make_person(), browser()
    key, _codes = stolen(person, thief)
    frozen(person)
    before = SignIn.objects.filter(person_id=person.id, result="wrong_factor").count()
    page = thief.get(sign_in_by_key(thief, key)["Location"]).content.decode()
    assert "Sign in with your password" in page
    assert not signed_in(thief)
    rows = SignIn.objects.filter(person_id=person.id, result="wrong_factor")
    assert rows.count() == before + 1  # its owner sees that it was tried
    # The password alone is not enough either, not even in a browser that was known.
    assert enter_password(thief, person.email, person.password)["Location"] == "/signin/second"
    assert not signed_in(thief)


def test_c18_a_known_browser_is_asked_for_a_code_while_the_account_is_frozen(
    make_person: MakePerson, browser: Open
) -> None:
    person, client = make_person(), browser()
    sign_in(client, person.email, person.password)
    client.post("/signout")
    assert enter_password(client, person.email, person.password)["Location"] == "/"
    frozen(person)
    assert enter_password(client, person.email, person.password)["Location"] == "/signin/second"
    client.post("/signin/second", {"way": "email", "code": mailed_code(client)})
    assert signed_in(client)


def test_c18_word_and_questions_of_the_thief_go_with_the_new_password(
    make_person: MakePerson, browser: Open
) -> None:
    person, now = make_person(), clock.now()
    word.set_word(actor=person.actor, word="red herring", now=now)
    wishes = [
        questions.Wish(code, f"answer {place}")
        for place, code in enumerate(list(questions.CATALOGUE)[: questions.COUNT])
    ]
    questions.set_questions(actor=person.actor, wishes=wishes, now=now)
    row = frozen(person)
    assert (word.has_word(person.id), questions.has_questions(person.id)) == (True, True)
    renewal.choose_password(recovery_id=row.id, password=NEW, now=now)
    assert (word.has_word(person.id), questions.has_questions(person.id)) == (False, False)
    trail = AuditRow.objects.filter(subject=encode("cus", person.id), actor_id=str(person.id))
    cleared = trail.filter(action=renewal.CLEARED).get()
    assert cleared.data["chosen"] == ["mail_word", "questions"]
    told = Message.objects.filter(person_id=person.id).values_list("code", flat=True)
    assert {"mail_word_changed", "questions_changed"} <= set(told)


def test_a_failed_passkey_is_in_its_owners_history(make_person: MakePerson, browser: Open) -> None:
    person, client = make_person(), browser()
    key = with_passkey(Person.objects.get(pk=person.id), clock.now())
    sign_in_by_key(client, key, origin="https://evil.example")
    client.post("/signin/passkey", {"response": "{}"})  # names nobody
    rows = SignIn.objects.filter(person_id=person.id)
    assert list(rows.values_list("result", "times")) == [("wrong_factor", 1)]
    sign_in_by_key(client, key)
    assert signed_in(client)
