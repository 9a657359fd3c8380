"""Paying a person in the app: it happens once, exactly as confirmed, or not at all."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support.people import MakePerson, Somebody
from tests.web.money.conftest import SignedIn, Walk, count_records, posted


@pytest.fixture
def walk(payer: Somebody, signed_in: SignedIn) -> Walk:
    return Walk(signed_in(payer))


def test_a_transfer_moves_the_amount_once_and_shows_it(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    answer = walk.pay(payee.email, "36.50", payer.pin, memo="lunch")
    page = walk.page(answer["Location"])
    assert (posted(payer), posted(payee)) == (("463.50", "0.00"), ("36.50", "0.00"))
    assert [word in page for word in ("Transferred", "周*宁", "lunch", "trf_")] == [True] * 4


def test_the_payee_is_masked_and_the_first_time_is_said(walk: Walk, payee: Somebody) -> None:
    page = walk.page(walk.to(payee.phone))
    shown = [word in page for word in ("周*宁", payee.phone[-4:], "for the first time")]
    assert shown == [True] * 3
    assert [word in page for word in (payee.name, payee.phone, payee.email)] == [False] * 3


def test_the_second_time_is_not_the_first(walk: Walk, payer: Somebody, payee: Somebody) -> None:
    walk.pay(payee.email, "1.00", payer.pin)
    assert "for the first time" not in walk.page(walk.to(payee.email))


def test_the_confirmation_says_everything_before_the_button(walk: Walk, payee: Somebody) -> None:
    page = walk.page(walk.quote(walk.to(payee.email), "12.00", "tickets"))
    said = ("周*宁", "12<", "At once", "Fee", "Balance", "You pay in all", "Check code", "tickets")
    assert [word in page for word in said] == [True] * len(said)


def test_a13_the_same_confirmation_twice_pays_once(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    step = walk.quote(walk.to(payee.email), "100.00")
    intent = walk.intent(step)
    answers = [walk.confirm(step, payer.pin, intent)["Location"] for _ in range(3)]
    assert len(set(answers)) == 1
    assert (posted(payer)[0], posted(payee)[0]) == ("400.00", "100.00")


def test_going_back_after_paying_leads_to_the_result(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    step = walk.quote(walk.to(payee.email), "5.00")
    result = walk.confirm(step, payer.pin)["Location"]
    amount_step = step.replace("/confirm", "/amount")
    assert [walk.client.get(path)["Location"] for path in (step, amount_step)] == [result] * 2


def test_b5_a_lost_answer_is_found_by_asking_again(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    step = walk.quote(walk.to(payee.email), "7.00")
    intent = walk.intent(step)
    first = walk.confirm(step, payer.pin, intent)["Location"]
    session = walk.client.session
    drafts = session["transfer_drafts"]
    for draft in drafts.values():
        draft["record"] = ""  # the browser never heard
    session.save()
    checking = walk.client.get(step.replace("/confirm", "/checking"))
    assert checking["Location"] == first
    assert posted(payee)[0] == "7.00"


def test_an_unknown_outcome_is_never_called_failed(
    walk: Walk, payer: Somebody, payee: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    from okpay.payments import operations
    from okpay.payments.outcomes import Outcome

    monkeypatch.setattr(operations, "send_transfer", lambda **_: Outcome(result="unknown"))
    step = walk.quote(walk.to(payee.email), "7.00")
    answer = walk.confirm(step, payer.pin)
    page = walk.page(answer["Location"])
    assert "We are checking" in page
    assert "does not mean that it failed" in page
    assert walk.client.get(answer["Location"], headers={"HX-Request": "true"}).status_code == 204
    monkeypatch.undo()
    done = walk.confirm(step, payer.pin)["Location"]
    polled = walk.client.get(answer["Location"], headers={"HX-Request": "true"})
    assert polled["HX-Redirect"] == done
    assert posted(payee)[0] == "7.00"


def test_a_wrong_payment_password_says_how_many_tries_remain(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    step = walk.quote(walk.to(payee.email), "7.00")
    answer = walk.confirm(step, "908172")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Tries left: 4" in page
    assert "payment_password_wrong" in page
    assert (posted(payer)[0], count_records(payee)) == ("500.00", 0)


def test_h11_a_confirmation_of_somebody_else_pays_nothing(
    walk: Walk, payer: Somebody, payee: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    other = make_person("许晴", cny="50.00")
    theirs = Walk(signed_in(other))
    intent = theirs.intent(theirs.quote(theirs.to(payee.email), "9.00"))
    step = walk.quote(walk.to(payee.email), "9.00")
    answer = walk.confirm(step, payer.pin, intent)
    assert "quote_expired" in walk.page(answer["Location"])
    assert (posted(payer)[0], posted(other)[0]) == ("500.00", "50.00")


def test_h11_an_altered_confirmation_pays_nothing(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    step = walk.quote(walk.to(payee.email), "9.00")
    intent = walk.intent(step)
    answer = walk.confirm(step, payer.pin, intent[:-2] + ("aa" if intent[-2:] != "aa" else "bb"))
    assert "quote_expired" in walk.page(answer["Location"])
    assert posted(payer)[0] == "500.00"


def test_not_enough_money_is_refused_with_the_way_on(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    step = walk.to(payee.email)
    answer = walk.client.post(step, {"amount": "512.50", "memo": "", "currency": "CNY"})
    page = answer.content.decode()
    said = ("The balance is not enough", "12.50", "insufficient_funds", "/topup")
    assert answer.status_code == 422
    assert [word in page for word in said] == [True] * 4
    assert (posted(payer)[0], count_records(payee)) == ("500.00", 0)


def test_c5_money_that_was_there_when_it_was_confirmed_is_refused_when_it_is_gone(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    first, second = (walk.quote(walk.to(payee.email), "400.00") for _ in range(2))
    walk.confirm(first, payer.pin)
    page = walk.page(walk.confirm(second, payer.pin)["Location"])
    said = ("Nothing was sent, your money did not move", "300.00", "insufficient_funds", "/topup")
    assert [word in page for word in said] == [True] * 4
    assert (posted(payer)[0], count_records(payee)) == ("100.00", 1)


def test_own_address_is_refused_before_there_is_an_amount(walk: Walk, payer: Somebody) -> None:
    answer = walk.client.post("/transfer", {"payee": payer.email})
    assert answer.status_code == 422
    assert "You cannot pay yourself" in answer.content.decode()


@pytest.mark.parametrize("alias", ["nobody", "12", "a@b@c", "@", "+0000", "cus_x"])
def test_what_is_no_address_is_refused(walk: Walk, alias: str) -> None:
    assert walk.client.post("/transfer", {"payee": alias}).status_code == 422


@pytest.mark.parametrize(
    "amount",
    ["0", "-1", "-0.00", "1e3", "0x10", " 1 1", "１００", "1,000", "NaN", "", "0.001", "9" * 60],
)
def test_c1_c2_c3_c4_an_amount_that_is_none_is_refused(
    walk: Walk, payee: Somebody, amount: str
) -> None:
    step = walk.to(payee.email)
    answer = walk.client.post(step, {"amount": amount, "currency": "CNY", "memo": ""})
    assert answer.status_code in {400, 422}
    assert walk.client.get(step.replace("/amount", "/confirm")).status_code == 302


def test_h12_a_payee_renamed_after_confirming_voids_it(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    from okpay.identity.operations import rename
    from okpay.kernel import clock

    walk.pay(payee.email, "1.00", payer.pin)
    step = walk.quote(walk.to(payee.email), "9.00")
    rename(actor=payee.actor, name="周小宁", now=clock.now())
    answer = walk.confirm(step, payer.pin)
    assert "confirmation_void" in walk.page(answer["Location"])
    assert posted(payee)[0] == "1.00"


def test_without_a_payment_password_the_way_leads_there_and_back(
    make_person: MakePerson, payee: Somebody, signed_in: SignedIn
) -> None:
    walk = Walk(signed_in(make_person("新来的", pin="", cny="20.00")))
    step = walk.quote(walk.to(payee.email), "9.00")
    page = walk.page(step)
    assert f"/security/payment-password?next={step}" in page
    assert walk.client.session["transfer_drafts"]


def test_a_draft_of_another_browser_does_not_exist(
    walk: Walk, payee: Somebody, make_person: MakePerson, signed_in: SignedIn
) -> None:
    step = walk.quote(walk.to(payee.email), "9.00")
    stranger = signed_in(make_person("许晴"))
    steps = [step.replace("/confirm", end) for end in ("/amount", "/confirm", "/refused")]
    assert [stranger.get(path).status_code for path in steps] == [404] * 3


def test_g13_routes_that_act_answer_to_post_only(walk: Walk, payer: Somebody) -> None:
    acts = ["cancel", "remind", "decline"]
    found = [walk.client.get(f"/transfers/trf_{'0' * 26}/{act}").status_code for act in acts]
    hidden = walk.client.get(
        "/transfer?_method=POST&payee=x", headers={"X-HTTP-Method-Override": "POST"}
    )
    assert found == [405] * 3
    assert hidden.status_code == 200
    assert posted(payer)[0] == "500.00"


def test_h10_no_state_changes_without_the_token_of_the_page(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    step = walk.quote(walk.to(payee.email), "9.00")
    form = {"intent": walk.intent(step), "payment_password": payer.pin}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = walk.client.cookies
    paths = [
        "/transfer",
        step,
        step.replace("/confirm", "/amount"),
        "/requests/new",
        "/payees/save",
    ]
    answers = [strict.post(path, form).status_code for path in paths]
    answers += [strict.post(step, str(form), content_type="text/plain").status_code]
    assert answers == [403] * 6
    assert posted(payer)[0] == "500.00"


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/transfer", "/transfer"),
        ("https://evil.example/", "/security"),
        ("//evil.example", "/security"),
        ("javascript:alert(1)", "/security"),
        ("", "/security"),
    ],
)
def test_after_setting_the_payment_password_it_goes_on_here_only(
    wanted: str, lands: str, make_person: MakePerson, signed_in: SignedIn
) -> None:
    client = signed_in(make_person("新来的", pin=""))
    form = {"new_pin": "204817", "again": "204817"}
    answer = client.post(f"/security/payment-password?next={wanted}", form)
    assert answer["Location"] == lands
