"""Asking for money: seen by its two sides only, paid once, through the same confirmation."""

from __future__ import annotations

import re

import pytest

from tests.support.people import MakePerson, Somebody, fund
from tests.web.money.conftest import SignedIn, Walk, posted


@pytest.fixture
def asker(payee: Somebody, signed_in: SignedIn) -> Walk:
    return Walk(signed_in(payee))


@pytest.fixture
def asked(payer: Somebody, signed_in: SignedIn) -> Walk:
    return Walk(signed_in(payer))


def ask(asker: Walk, payer: Somebody, amount: str = "88.00", memo: str = "cinema") -> str:
    """Ask for money; return the address of the request."""
    form = {"payer": payer.email, "currency": "CNY", "amount": amount, "memo": memo}
    answer = asker.client.post("/requests/new", form)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def begin(asked: Walk, path: str) -> str:
    """Press "check and pay"; return the address of the confirmation."""
    return str(asked.client.post(f"{path}/pay")["Location"])


def test_the_payer_sees_it_pays_it_and_both_are_done(
    asker: Walk, asked: Walk, payer: Somebody, payee: Somebody
) -> None:
    path = ask(asker, payer)
    home, page = asked.page("/"), asked.page(path)
    assert ["周*宁 asks you for money" in home, "88<" in page, "cinema" in page] == [True] * 3
    step = begin(asked, path)
    assert "You pay in all" in asked.page(step)
    asked.confirm(step, payer.pin)
    assert (posted(payer)[0], posted(payee)[0]) == ("412.00", "88.00")
    assert ["See the record" in one.page(path) for one in (asker, asked)] == [True, True]
    assert "asks you for money" not in asked.page("/")


def test_a13_two_tabs_pay_a_request_once(
    asker: Walk, asked: Walk, payer: Somebody, payee: Somebody
) -> None:
    path = ask(asker, payer)
    first, second = begin(asked, path), begin(asked, path)
    intents = [asked.intent(step) for step in (first, second)]
    answers = [
        asked.confirm(step, payer.pin, intent)["Location"]
        for step, intent in zip((first, second), intents, strict=True)
    ]
    assert len(set(answers)) == 1
    assert (posted(payer)[0], posted(payee)[0]) == ("412.00", "88.00")


def test_a_request_refused_for_want_of_money_can_be_paid_after_a_top_up(
    asker: Walk, payee: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    poor = make_person("许晴", cny="10.00")
    asked = Walk(signed_in(poor))
    path = ask(asker, poor)
    refused = asked.confirm(begin(asked, path), poor.pin)
    assert "insufficient_funds" in asked.page(refused["Location"])
    fund(poor.id, "CNY", "100.00")
    asked.confirm(begin(asked, path), poor.pin)
    assert (posted(poor)[0], posted(payee)[0]) == ("22.00", "88.00")


def test_h1_wrong_passwords_for_a_request_are_counted(
    asker: Walk, asked: Walk, payer: Somebody
) -> None:
    step = begin(asked, ask(asker, payer))
    left = []
    for _ in range(3):
        page = asked.confirm(step, "908172").content.decode()
        found = re.search(r"Tries left: (\d)", page)
        left.append(found and found[1])
    assert left == ["4", "3", "2"]
    assert posted(payer)[0] == "500.00"


def test_declined_is_final(asker: Walk, asked: Walk, payer: Somebody) -> None:
    path = ask(asker, payer)
    step = begin(asked, path)
    asked.client.post(f"{path}/decline")
    assert "The payer declined" in asker.page(path)
    answer = asked.confirm(step, payer.pin)
    assert "request_not_open" in asked.page(answer["Location"])
    assert posted(payer)[0] == "500.00"


def test_canceled_is_final(asker: Walk, asked: Walk, payer: Somebody) -> None:
    path = ask(asker, payer)
    asker.client.post(f"{path}/cancel")
    assert "Check and pay" not in asked.page(path)
    assert begin(asked, path) == path
    assert posted(payer)[0] == "500.00"


def test_only_the_right_side_may_act(asker: Walk, asked: Walk, payer: Somebody) -> None:
    path = ask(asker, payer)
    wrong = [
        asker.client.post(f"{path}/decline").status_code,
        asked.client.post(f"{path}/cancel").status_code,
    ]
    assert wrong == [404, 404]
    assert "Waiting for payment" in asked.page(path)


def test_g1_a_request_of_others_does_not_exist(
    asker: Walk, payer: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    path = ask(asker, payer)
    stranger = signed_in(make_person("许晴"))
    found = [stranger.get(path).status_code]
    found += [stranger.post(f"{path}/{act}").status_code for act in ("pay", "decline", "cancel")]
    assert found == [404] * 4


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"payer": "nobody@people.example"}, 422),
        ({"payer": "x"}, 422),
        ({"amount": "0"}, 400),
        ({"amount": "1.234"}, 400),
        ({"amount": ""}, 422),
        ({"currency": "XXX"}, 422),
        ({"currency": "cny"}, 422),
        ({"memo": "x" * 41}, 422),
    ],
)
def test_what_cannot_be_asked_is_refused(
    asker: Walk, payer: Somebody, change: dict[str, str], status: int
) -> None:
    form = {"payer": payer.email, "currency": "CNY", "amount": "5.00", "memo": ""} | change
    assert asker.client.post("/requests/new", form).status_code == status
    assert "You have asked nobody yet" in asker.page("/requests?side=mine")


def test_the_receive_code_carries_no_address(
    asked: Walk, payer: Somebody, payee: Somebody, asker: Walk
) -> None:
    page = asker.page("/receive")
    link = re.search(r"/pay/cus_[0-9a-z]{26}", page)
    assert link is not None
    assert [word in page for word in (payee.email, payee.phone, payee.name)] == [False] * 3
    step = asked.client.get(link[0])["Location"]
    assert "周*宁" in asked.page(step)
    asked.confirm(asked.quote(step, "3.00"), payer.pin)
    assert posted(payee)[0] == "3.00"


def test_the_own_receive_link_says_that_it_is_the_own(asker: Walk) -> None:
    link = re.search(r"/pay/cus_[0-9a-z]{26}", asker.page("/receive"))
    assert link is not None
    assert "You cannot pay yourself" in asker.page(link[0], status=422)


@pytest.mark.parametrize(
    ("code", "lands"),
    [
        ("http://testserver/pay/cus_" + "0" * 26, "/pay/cus_" + "0" * 26),
        ("http://testserver/claim/trf_" + "0" * 26, "/claim/trf_" + "0" * 26),
    ],
)
def test_the_scan_page_follows_own_links(asked: Walk, code: str, lands: str) -> None:
    assert asked.client.post("/scan", {"code": code})["Location"] == lands


@pytest.mark.parametrize(
    "code",
    [
        "http://evil.example/pay/cus_1",
        "https://testserver@evil.example/pay/x",
        "javascript:alert(1)//",
        "http://testserver//evil.example/",
        "http://testserver/signout",
    ],
)
def test_f7_the_scan_page_follows_nothing_else(asked: Walk, code: str) -> None:
    answer = asked.client.post("/scan", {"code": code})
    assert answer.status_code == 200
    assert "not a link of OKPay" in answer.content.decode()
