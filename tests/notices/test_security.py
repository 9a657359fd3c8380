"""Security events of identity become messages that nobody can mute."""

from __future__ import annotations

from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.kernel import clock
from okpay.notices import operations, queries
from okpay.notices.kinds import KINDS
from okpay.notices.models import Message, Outgoing
from okpay.notices.schemas import Choices
from okpay.notices.security import CODES, tell_security
from tests.support.people import MakePerson


def test_every_security_event_has_its_words() -> None:
    codes = {CODES.get(event.value, event.value) for event in SecurityEvent}
    assert codes - set(KINDS) == set()


def test_a_changed_password_is_told_in_the_app_and_by_mail(make_person: MakePerson) -> None:
    person = make_person()
    Message.objects.filter(person_id=person.id).delete()
    nothing = Choices(False, False, False, False, False)
    operations.choose(actor=person.actor, choices=nothing)
    tell_security(SecurityNews(person.id, SecurityEvent.PASSWORD_CHANGED, clock.now()))
    assert [m.code for m in queries.messages(person.id).messages] == ["password_changed"]
    mail = Outgoing.objects.get(recipient_index=person.email, purpose="password_changed")
    assert mail.subject == "登录密码已修改"


def test_a_replaced_address_is_told_as_well(make_person: MakePerson) -> None:
    person = make_person(language="en")
    old, old_phone = f"old-{person.email}", person.phone.replace("+86138", "+86135")
    news = SecurityNews(
        person.id,
        SecurityEvent.EMAIL_CHANGED,
        clock.now(),
        old_email=old,
        old_phone=old_phone,
    )
    tell_security(news)
    assert Outgoing.objects.get(recipient_index=old).subject == "Your e-mail address was changed"
    assert Outgoing.objects.filter(recipient_index=old_phone, channel="sms").count() == 1
