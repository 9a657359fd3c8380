"""Every mail we write carries its reader's word on top, and no text message does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.core.mail import EmailMultiAlternatives

from okpay import web
from okpay.identity.hooks import SecurityEvent, SecurityNews
from okpay.identity.safety import word
from okpay.notices import delivery, operations, security
from okpay.notices.kinds import KINDS
from okpay.notices.models import Outgoing
from okpay.notices.schemas import Letter

WORD: Final = "paper moon 316"
HEAD: Final = f"Your word: {WORD}\nIt stands on top of every mail from OKPay.\n\n"
TEMPLATES: Final = sorted(
    path.name.removesuffix("_message.txt")
    for path in (Path(web.__file__).parent / "templates/account/email").glob("*_message.txt")
)


@pytest.fixture(autouse=True)
def _our_backend(settings: Any) -> None:
    settings.EMAIL_BACKEND = "okpay.notices.backend.EmailBackend"


@pytest.fixture
def reader(enrol: Any, actor_of: Callable[[UUID], Any], now: datetime) -> Any:
    """Somebody with a word."""
    person = enrol()
    word.set_word(actor=actor_of(person.id), word=WORD, now=now)
    Outgoing.objects.filter(recipient_index=person.email).delete()
    return person


def letters(*recipients: str) -> list[Letter]:
    """Return what a provider would be given, oldest first."""
    rows = Outgoing.objects.filter(recipient_index__in=recipients).order_by("created_at", "id")
    return [delivery.letter_of(row) for row in rows]


@pytest.mark.parametrize("code", sorted(KINDS))
def test_every_kind_of_message(reader: Any, now: datetime, code: str) -> None:
    operations.notify(person_id=reader.id, code=code, params={}, mail=True, sms=True, now=now)
    mails = letters(reader.email)
    assert [mail.text.startswith(HEAD) for mail in mails] in ([True], []), code
    assert bool(mails) or KINDS[code].category == "promotions"
    assert [WORD in text.text for text in letters(reader.phone)] in ([False], [])
    assert not Outgoing.objects.filter(recipient_index=reader.email, text__contains=WORD).exists()


def test_there_are_templates() -> None:
    assert len(TEMPLATES) >= 5


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_of_the_sign_in_library(reader: Any, rf: Any, template: str) -> None:
    context = {"user": reader, "activate_url": "https://x.example/a", "password_reset_url": "y"}
    get_adapter(rf.get("/")).send_mail(f"account/email/{template}", reader.email, context)
    assert [mail.text.startswith(HEAD) for mail in letters(reader.email)] == [True]


def test_a_mail_with_html_carries_it_in_both_parts(reader: Any) -> None:
    mail = EmailMultiAlternatives("s", "t", None, [reader.email])
    mail.attach_alternative("<p>t</p>", "text/html")
    mail.send()
    found = letters(reader.email)[0]
    assert found.text == f"{HEAD}t"
    assert found.html.startswith(f"<p>Your word: {WORD}\n")


@pytest.mark.parametrize("event", list(SecurityEvent))
def test_the_replaced_address_still_gets_it(
    reader: Any, now: datetime, event: SecurityEvent
) -> None:
    old = f"old-{reader.email}"
    security.tell_security(SecurityNews(reader.id, event, now, {}, old_email=old))
    assert [mail.text.startswith(HEAD) for mail in letters(old)] in ([True], [])
    if event is SecurityEvent.EMAIL_CHANGED:
        assert len(letters(old)) == 1


def test_a_mailbox_that_nobody_has_proven_hears_no_word(reader: Any) -> None:
    new = f"new-{reader.email}"
    EmailAddress.objects.create(user=reader, email=new)
    operations.send_mail(to=new, subject="s", text="t")
    assert [mail.text for mail in letters(new)] == ["t"]


def test_no_other_way_leads_out() -> None:
    """Whatever hands a letter to a provider makes it by `letter_of`."""
    source = Path(delivery.__file__).parent
    makers = [
        path.name
        for path in sorted(source.rglob("*.py"))
        if re.search(r"(?<!class )\bLetter\(\n", path.read_text(encoding="utf-8"))
    ]
    assert makers == ["delivery.py"]
