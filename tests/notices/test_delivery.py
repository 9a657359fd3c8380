"""Mail and SMS on their way out: with the transaction, at least once, and a known end."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from okpay.kernel import clock
from okpay.kernel.ids import new_uuid
from okpay.notices import delivery, operations, queries
from okpay.notices.errors import PermanentProviderError, RetryableProviderError
from okpay.notices.models import Outgoing
from okpay.notices.providers.sandbox.client import SandboxProvider
from okpay.notices.providers.smtp.client import SmtpProvider
from okpay.notices.schemas import Channel, Letter
from okpay.notices.states import TRANSITIONS, Sending
from tests.support.box import NOWHERE, Box


@pytest.fixture(autouse=True)
def _our_backend(settings: Any) -> None:
    """The test runner puts an in-memory backend in the way; these tests are about ours."""
    settings.EMAIL_BACKEND = "okpay.notices.backend.EmailBackend"


def address() -> str:
    return f"{new_uuid().hex}@people.example"


def queued(to: str) -> Outgoing:
    return Outgoing.objects.get(recipient_index=to)


def deliver(outgoing: Outgoing) -> None:
    delivery.deliver(outgoing_id=outgoing.pk, now=clock.now())


def test_djangos_mail_becomes_a_row_and_a_job() -> None:
    to = address()
    assert send_mail("A\n subject", "text", None, [to]) == 1
    outgoing = queued(to)
    assert (outgoing.subject, outgoing.text, outgoing.state) == ("A subject", "text", "queued")
    jobs = ProcrastinateJob.objects.filter(
        task_name="okpay.notices.tasks.deliver", args={"outgoing_id": str(outgoing.pk)}
    )
    assert [(job.queue_name, job.status) for job in jobs] == [("mail", "todo")]


def test_the_html_part_goes_along() -> None:
    to = address()
    mail = EmailMultiAlternatives("s", "t", None, [to])
    mail.attach_alternative("<p>t</p>", "text/html")
    mail.send()
    assert queued(to).html == "<p>t</p>"


def test_a_rolled_back_transaction_sends_nothing() -> None:
    to = address()
    try:
        with transaction.atomic():
            send_mail("s", "t", None, [to])
            raise IntegrityError  # noqa: TRY301 — the failure is the point
    except IntegrityError:
        pass
    assert not Outgoing.objects.filter(recipient_index=to).exists()


def test_a_mail_arrives_and_its_text_is_forgotten(box: Box) -> None:
    to = address()
    send_mail("s", "code 123456", None, [to])
    outgoing = queued(to)
    deliver(outgoing)
    deliver(outgoing)  # a second run of the job
    assert [(m["subject"], m["text"]) for m in box.messages("mail", to)] == [("s", "code 123456")]
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.text, outgoing.attempts) == ("sent", "", 1)


def test_an_sms_arrives(box: Box) -> None:
    to = "+8613700001111"
    operations.send_sms(to=to, text="code 123456", purpose="sign_in")
    outgoing = Outgoing.objects.filter(recipient_index=to).latest("created_at")
    deliver(outgoing)
    assert box.messages("sms", to)[0]["purpose"] == "sign_in"


def test_a_crash_after_sending_sends_the_same_id_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = address()
    send_mail("s", "t", None, [to])
    outgoing = queued(to)
    with monkeypatch.context() as patch:
        patch.setattr(operations, "move", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver(outgoing)
    deliver(outgoing)
    assert len(box.messages("mail", to)) == 1
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.attempts) == ("sent", 2)


def test_no_connection_is_tried_again_and_in_the_end_dead(settings: Any) -> None:
    settings.OKPAY_SANDBOX_URL = NOWHERE
    to = address()
    send_mail("s", "t", None, [to])
    outgoing = queued(to)
    for _try in range(delivery.TRIES - 1):
        with pytest.raises(RetryableProviderError):
            deliver(outgoing)
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.last_error) == ("queued", "ConnectError")
    deliver(outgoing)
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.attempts) == ("dead", delivery.TRIES)
    assert outgoing in queries.dead_letters()
    assert operations.send_again(outgoing_id=outgoing.pk, now=clock.now())
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.attempts, outgoing.text) == ("queued", 0, "t")


def test_a_refused_message_is_dead_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermanentProviderError("HTTP 400")

    monkeypatch.setattr(SandboxProvider, "send", refuse)
    to = address()
    send_mail("s", "t", None, [to])
    outgoing = queued(to)
    deliver(outgoing)
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.last_error) == ("dead", "HTTP 400")


def test_the_states_allow_what_the_table_says() -> None:
    for old in Sending:
        for new in Sending:
            outgoing = Outgoing.objects.create(
                channel="mail", recipient=address(), state=old, created_at=clock.now()
            )
            moved = operations.move(outgoing_id=outgoing.pk, to=new, now=clock.now())
            outgoing.refresh_from_db()
            allowed = new in TRANSITIONS[old]
            assert (moved, outgoing.state) == (allowed, new if allowed else old)


def test_the_database_refuses_a_sent_message_with_its_text() -> None:
    with pytest.raises(IntegrityError):
        Outgoing.objects.create(
            channel="mail", recipient=address(), state="sent", text="123456", created_at=clock.now()
        )


def letter() -> Letter:
    return Letter("out_1", Channel.MAIL, "a@okpay.example", "b@x.example", "s", "t", "<p>t</p>", "")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (smtplib.SMTPRecipientsRefused({"b": (550, b"no")}), PermanentProviderError),
        (smtplib.SMTPRecipientsRefused({"b": (450, b"later")}), RetryableProviderError),
        (smtplib.SMTPDataError(554, b"spam"), PermanentProviderError),
        (smtplib.SMTPConnectError(421, b"busy"), RetryableProviderError),
        (TimeoutError(), RetryableProviderError),
    ],
)
def test_smtp_errors_are_told_apart(
    error: Exception, kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.mail.backends.smtp import EmailBackend

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", fail)
    with pytest.raises(kind):
        SmtpProvider().send(letter())


def test_smtp_keeps_the_message_id(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.mail.backends.smtp import EmailBackend

    sent: list[Any] = []
    monkeypatch.setattr(EmailBackend, "send_messages", lambda _self, mails: sent.extend(mails))
    SmtpProvider().send(letter())
    assert sent[0].message()["Message-ID"] == "<out_1@okpay>"
