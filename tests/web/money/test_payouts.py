"""Pay many in the app: send a list, look it through, confirm exactly it, see every outcome."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from okpay.kernel import clock
from okpay.kernel.ids import decode
from okpay.payments.operations import payouts as operations
from okpay.payments.payouts.models import Payout
from tests.support.people import MakePerson, Somebody
from tests.web.money.conftest import SignedIn, Walk, posted

HEAD = "reference,payee,amount,currency,memo\r\n"


@pytest.fixture
def browser(signed_in: SignedIn, payer: Somebody) -> Walk:
    return Walk(signed_in(payer))


def table(*rows: str) -> str:
    return HEAD + "\r\n".join(rows) + "\r\n"


def send(browser: Walk, text: str, **more: str) -> str:
    """Send a list as a file; return the address where it is looked through."""
    file = SimpleUploadedFile("list.csv", text.encode(), content_type="text/csv")
    answer = browser.client.post("/payouts", {"file": file, **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def number_of(address: str) -> str:
    return address.split("/")[2]


def run(address: str) -> None:
    payout_id = decode(number_of(address), "pyt")
    assert operations.run_payout(payout_id=payout_id, now=clock.now())


def test_a_list_is_looked_through_confirmed_paid_and_told_line_by_line(
    browser: Walk, payer: Somebody, payee: Somebody
) -> None:
    address = send(
        browser,
        table(
            f"A-1,{payee.email},12.50,CNY,November",
            "A-2,nobody@nowhere.example,5.00,CNY,",
            f"A-3,{payer.email},1.00,CNY,",
            f"A-4,{payee.phone},1000.00,CNY,",
        ),
        title="Team",
    )
    page = browser.page(address)
    for text in ("Team", "周*宁", "A-1", "November", "1,018", "Check code"):
        assert text in page
    assert "2 lines need a look" in page
    assert "¥518.50 short" in page
    only = browser.page(f"{address}?show=remarks")
    assert ("A-2" in only, "A-3" in only, "A-1" in only) == (True, True, False)
    assert posted(payer) == ("500.00", "0.00")
    answer = browser.confirm(address, payer.pin)
    assert (answer.status_code, answer["Location"]) == (302, f"/payouts/{number_of(address)}")
    running = browser.page(answer["Location"])
    assert "<progress" in running
    run(address)
    page = browser.page(answer["Location"])
    assert "1 of 4 lines are paid" in page
    assert "You cannot pay yourself" in page
    refused = browser.page(f"{answer['Location']}?show=refused")
    assert ("A-2" in refused, "A-1" in refused) == (True, False)
    assert posted(payer) == ("487.50", "0.00")
    assert posted(payee) == ("12.50", "0.00")


def test_a_list_is_paid_once_however_often_it_is_confirmed(
    browser: Walk, payer: Somebody, payee: Somebody
) -> None:
    address = send(browser, table(f"1,{payee.email},10.00,CNY,"))
    intent = browser.intent(address)
    for _ in range(2):
        assert browser.confirm(address, payer.pin, intent).status_code == 302
        run(address)
    assert posted(payee) == ("10.00", "0.00")
    assert browser.client.get(address).status_code == 302  # confirmed: there is nothing to confirm


def test_a_wrong_payment_password_pays_nothing(
    browser: Walk, payer: Somebody, payee: Somebody
) -> None:
    address = send(browser, table(f"1,{payee.email},10.00,CNY,"))
    answer = browser.confirm(address, "111113")
    assert answer.status_code == 403
    assert "payment_password_wrong" in answer.content.decode()
    assert Payout.objects.get(owner=payer.id).started_at is None
    assert posted(payer) == ("500.00", "0.00")


def test_h_the_confirmation_of_one_list_does_not_pay_another(
    browser: Walk, payer: Somebody, payee: Somebody
) -> None:
    small = send(browser, table(f"1,{payee.email},1.00,CNY,"))
    large = send(browser, table(f"1,{payee.email},400.00,CNY,"))
    answer = browser.confirm(large, payer.pin, browser.intent(small))
    assert answer["Location"] == f"/payouts/{number_of(small)}"  # it is the list that is confirmed
    run(small)
    assert posted(payee) == ("1.00", "0.00")


def test_a_list_sent_again_is_recognised(browser: Walk, payer: Somebody, payee: Somebody) -> None:
    text = table(f"1,{payee.email},1.00,CNY,")
    first = send(browser, text)
    browser.confirm(first, payer.pin)
    again = browser.page(send(browser, text.replace("\r\n1,", "\r\nother,"), title="Another name"))
    assert "You have paid this very list already." in again
    assert f"/payouts/{number_of(first)}" in again


def test_every_mistake_is_named_with_its_line_and_nothing_is_kept(
    browser: Walk, payer: Somebody
) -> None:
    rows = ("A,nobody,1.00,CNY,", "A,x@people.example,1e3,CNY,", "C,x@people.example,1,RMB,")
    answer = browser.client.post("/payouts", {"pasted": table(*rows)})
    page = answer.content.decode()
    assert answer.status_code == 422
    found = re.findall(r"Line (\d) of the file · <span class=\"code\">(\w+)<", page)
    assert found == [("2", "payee"), ("3", "amount"), ("3", "reference"), ("4", "currency")]
    assert "A,x@people.example" in page  # what was pasted is kept
    assert not Payout.objects.filter(owner=payer.id).exists()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"pasted": "what is this"}, 400),
        ({"pasted": HEAD}, 422),
        ({"pasted": HEAD + "1,a@x.example,1,CNY,", "file": "both"}, 422),
        ({"file": "not utf-8: \udcff"}, 400),
        ({"file": "x" * 2_000_001}, 422),
        ({"pasted": HEAD + "".join(f"{n},a@x.example,1,CNY,\n" for n in range(10_001))}, 413),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    browser: Walk, form: dict[str, str], status: int
) -> None:
    sent: dict[str, object] = dict(form)
    if "file" in form:
        data = form["file"].encode(errors="surrogateescape")
        sent["file"] = SimpleUploadedFile("x.csv", data)
    answer = browser.client.post("/payouts", sent)
    assert answer.status_code == status
    assert re.search(r'role="alert"|field__err', answer.content.decode())


def test_another_persons_list_is_not_there(
    browser: Walk, payee: Somebody, signed_in: SignedIn
) -> None:
    address = send(browser, table(f"1,{payee.email},1.00,CNY,"))
    stranger = signed_in(payee)
    number = number_of(address)
    for path in (address, f"/payouts/{number}", f"/payouts/{number}/result.csv"):
        assert stranger.get(path).status_code == 404
    for path in ("/payouts/pyt_x", "/payouts/trf_" + "0" * 26, f"{address}?after=x"):
        assert browser.client.get(path).status_code == 404
    assert browser.client.get("/payouts?before=x").status_code == 404


def test_the_template_and_the_result_are_files(
    browser: Walk, payer: Somebody, payee: Somebody
) -> None:
    template = browser.client.get("/payouts/template.csv")
    assert template.content.startswith(b"\xef\xbb\xbfreference,payee,amount,currency,memo\r\n")
    address = send(browser, table(f"=1+1,{payee.email},1.00,CNY,@x"))
    browser.confirm(address, payer.pin)
    run(address)
    answer = browser.client.get(f"/payouts/{number_of(address)}/result.csv")
    row = answer.content.decode("utf-8-sig").split("\r\n")[1].split(",")
    assert (row[0], row[4], row[6], row[7]) == ("'=1+1", "'@x", "done", "completed")
    assert answer["Content-Disposition"].startswith("attachment;")


def test_lists_and_lines_ask_the_database_the_same_however_many_there_are(
    browser: Walk, payer: Somebody, payee: Somebody
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for lines in (1, 3):
        rows = [f"{n},{payee.email},0.{n + 1}0,CNY," for n in range(lines)]
        address = send(browser, table(*rows))
        browser.confirm(address, payer.pin)
        run(address)
        with CaptureQueriesContext(connection) as first:
            browser.page(f"/payouts/{number_of(address)}")
        with CaptureQueriesContext(connection) as second:
            browser.page("/payouts")
        counts.append((len(first), len(second)))
    assert counts[0] == counts[1]


def test_the_pages_lead_to_paying_many(browser: Walk) -> None:
    assert 'href="/payouts"' in browser.page("/transfer")
    assert 'href="/payouts"' in browser.page("/")


def test_somebody_without_a_payment_password_is_asked_to_set_one(
    make_person: MakePerson, signed_in: SignedIn, payee: Somebody
) -> None:
    client: Client = signed_in(make_person("New", pin="", cny="9.00"))
    address = send(Walk(client), table(f"1,{payee.email},1.00,CNY,"))
    page = Walk(client).page(address)
    assert "Set a payment password first" in page


@pytest.fixture
def rich(make_person: MakePerson) -> Somebody:
    return make_person("林知夏", cny="9000.00")


def large_list(browser: Walk, payee: Somebody) -> str:
    return send(browser, table(f"1,{payee.email},3000.00,CNY,", f"2,{payee.phone},3000.00,CNY,"))


def code_in(messages: list[str]) -> str:
    found = re.search(r"(?<!\d)\d{6}(?!\d)", messages[-1])
    assert found is not None, messages
    return found[0]


def test_d11_a_large_list_is_confirmed_with_the_code_of_its_own_message(
    signed_in: SignedIn, rich: Somebody, payee: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.identity import hooks

    messages: list[str] = []
    monkeypatch.setattr(hooks, "sms_senders", [lambda _to, text, _why: messages.append(text)])
    browser = Walk(signed_in(rich))
    address = large_list(browser, payee)
    page = browser.page(address)
    assert "The list is confirmed twice." in page
    assert "A second proof" in page
    intent = browser.intent(address)
    without = browser.confirm(address, rich.pin, intent)
    assert (without.status_code, "step_up_required" in without.content.decode()) == (403, True)
    sent = browser.client.post(address, {"intent": intent, "send_code": "1"})
    shown = sent.content.decode()
    assert (sent.status_code, "names the sum, the lines and the check code" in shown) == (200, True)
    assert intent in shown
    code = code_in(messages)
    form = {"intent": intent, "payment_password": rich.pin, "way": "sms", "code": code}
    wrong = form | {"code": f"{(int(code) + 1) % 1_000_000:06}"}
    assert browser.client.post(address, wrong).status_code == 403
    assert posted(rich) == ("9000.00", "0.00")
    done = browser.client.post(address, form)
    assert (done.status_code, done["Location"]) == (302, f"/payouts/{number_of(address)}")
    run(address)
    assert posted(payee) == ("6000.00", "0.00")


def test_h11_the_passkey_of_a_list_is_asked_for_exactly_this_list_and_only_of_its_owner(
    signed_in: SignedIn, rich: Somebody, payee: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.identity.factors import passkeys
    from okpay.payments.payouts import intents
    from tests.payments.test_h_second_proof import passkey_of

    asked: list[bytes] = []

    def ask(_who: object, challenge: bytes) -> dict[str, object]:
        asked.append(challenge)
        return {"publicKey": {}}

    monkeypatch.setattr(passkeys, "begin", ask)
    browser = Walk(signed_in(rich))
    address = large_list(browser, payee)
    intent = browser.intent(address)
    where = address.replace("confirm", "passkey")
    assert browser.client.post(where, {"intent": intent}).status_code == 403  # none was added
    passkey_of(rich)
    assert "data-passkey-from" in browser.page(address)
    answer = browser.client.post(where, {"intent": intent})
    assert (answer.status_code, answer.json()) == (200, {"publicKey": {}})
    assert asked == [intents.unseal(intent, str(rich.id)).digest()]
    assert browser.client.post(where, {"intent": intent[:-2] + "xx"}).status_code == 409
    assert browser.client.get(where).status_code == 405
    assert signed_in(payee).post(where, {"intent": intent}).status_code == 404


def test_a_small_list_asks_for_nothing_more(
    browser: Walk, payer: Somebody, payee: Somebody
) -> None:
    page = browser.page(send(browser, table(f"1,{payee.email},10.00,CNY,")))
    assert "A second proof" not in page
    assert "confirmed twice" not in page
