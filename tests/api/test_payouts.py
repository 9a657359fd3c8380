"""Lists of payments over HTTP: every form, every refusal, and processes that die in the middle."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from okpay.kernel.ids import decode
from tests.api.conftest import Api, Holder, available, code_of
from tests.api.lists import csv_of, line, lines_of, post, send_csv

Made = Callable[..., Holder]
Fund = Callable[..., None]
BOM = b"\xef\xbb\xbf"


@pytest.fixture
def alice(holder: Made, fund: Fund) -> Holder:
    made = holder("Alice Wong")
    fund(made, "100.00")
    return made


@pytest.fixture
def bob(holder: Made) -> Holder:
    return holder("Bob Li")


def form(boundary: str, *parts: tuple[str, str, bytes]) -> bytes:
    body = b""
    for name, file, data in parts:
        named = f'; filename="{file}"' if file else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
        body += head.encode() + data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def test_a_list_as_json_is_paid_line_by_line(api: Api, alice: Holder, bob: Holder) -> None:
    answer = post(
        api, alice, line("a", bob), line("b", {"email": bob.email}, "2.00"),
        line("c", {"phone": bob.phone}, "3.00"), line("d", bob, "500.00"),
        title="Prizes",
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["status"], body["title"], body["count"], body["done"], body["refused"]) == (
        "done", "Prizes", 4, 3, 1,
    )  # fmt: skip
    assert body["totals"][0]["done_amount"] == {"amount": "6.00", "currency": "CNY"}
    found = lines_of(api, alice, body["id"])
    assert [one["outcome"] for one in found] == ["done", "done", "done", "refused"]
    assert [one["status"] for one in found] == ["completed"] * 3 + [None]
    assert found[3]["error"]["code"] == "insufficient_funds"
    assert available(api, alice) == "94.00"
    assert available(api, bob) == "6.00"
    transfer = api.send("GET", f"/v1/transfers/{found[1]['transfer']}", who=alice).json()
    assert (transfer["amount"]["amount"], transfer["payee"]["id"]) == ("2.00", bob.public_id)


@pytest.mark.parametrize("bom", [b"", BOM])
def test_a_list_as_csv_with_and_without_a_byte_order_mark(
    api: Api, alice: Holder, bob: Holder, bom: bytes
) -> None:
    data = bom + csv_of(f"1,{bob.email},1.00,CNY,Nov", f"2,{bob.public_id},2.00,CNY,")
    answer = send_csv(api, alice, data)
    assert (answer.status_code, answer.json()["done"]) == (201, 2)
    assert available(api, bob) == "3.00"


def test_a_list_as_a_form_with_its_file_and_its_rule(api: Api, alice: Holder, bob: Holder) -> None:
    data = csv_of(f"1,{bob.email},1.00,CNY,", "2,not.here.yet@mail.example,2.00,CNY,")
    body = form(
        "xyz", ("title", "", b"Team"), ("on_unknown_payee", "", b"invite"), ("file", "l.csv", data)
    )
    answer = send_csv(api, alice, body, 'multipart/form-data; boundary="xyz"')
    shown = answer.json()
    assert (answer.status_code, shown["title"], shown["done"]) == (201, "Team", 2), answer.text
    found = lines_of(api, alice, shown["id"])
    assert [one["status"] for one in found] == ["completed", "pending"]
    assert available(api, alice) == "97.00"


@pytest.mark.parametrize(
    "parts",
    [
        [("title", "", b"no file")],
        [("file", "a.csv", b"x"), ("file", "b.csv", b"x")],
        [("file", "a.csv", b"x"), ("other", "b.csv", b"x")],
        [("other", "a.csv", b"x")],
        [("file", "a.csv", b"x"), ("title", "", b"1"), ("title", "", b"2")],
        [("file", "a.csv", csv_of("1,a@x.example,1,CNY,")), ("amount", "", b"1")],
        [("file", "a.csv", csv_of("1,a@x.example,1,CNY,")), ("on_unknown_payee", "", b"pay")],
    ],
)
def test_a_form_of_another_shape_is_refused(
    api: Api, alice: Holder, parts: list[tuple[str, str, bytes]]
) -> None:
    answer = send_csv(api, alice, form("b", *parts), "multipart/form-data; boundary=b")
    assert answer.status_code == 400, answer.text
    assert api.send("GET", "/v1/payouts", who=alice).json()["data"] == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "image/png"])
def test_other_media_types_are_refused(api: Api, alice: Holder, kind: str) -> None:
    assert code_of(send_csv(api, alice, b"x", kind)) == (415, "payout_media_type")


def test_what_is_wrong_is_told_by_pointer_for_all_lines_and_nothing_is_paid(
    api: Api, alice: Holder, bob: Holder
) -> None:
    answer = post(
        api, alice, line("a", bob), line("a", bob), line("c", bob, "1e3"),
        line("d", {"id": "+8613800138000"}), line("e", {"email": bob.email, "phone": bob.phone}),
    )  # fmt: skip
    assert code_of(answer) == (400, "payout_invalid")
    pointers = [one["pointer"] for one in answer.json()["errors"]]
    assert pointers == [
        "/lines/1/reference", "/lines/2/amount", "/lines/3/payee", "/lines/4/payee",
    ]  # fmt: skip
    assert available(api, alice) == "100.00"


def test_lines_of_another_shape_are_told_all_at_once(api: Api, alice: Holder, bob: Holder) -> None:
    good = line("a", bob)
    answer = post(api, alice, {**good, "amount": 1}, good, {**good, "extra": 1}, {"reference": "x"})
    assert code_of(answer) == (400, "payout_invalid")
    pointers = [one["pointer"] for one in answer.json()["errors"]]
    assert len(pointers) == 3
    assert [one.split("/")[2] for one in pointers] == ["0", "2", "3"]


def test_mistakes_of_a_file_carry_its_line(api: Api, alice: Holder, bob: Holder) -> None:
    answer = send_csv(api, alice, csv_of("", f"1,{bob.email},1.00,CNY,", f"2,{bob.email},x,CNY,"))
    assert code_of(answer) == (400, "payout_invalid")
    problem = answer.json()["errors"][0]
    assert problem["pointer"] == "/lines/1/amount"
    assert problem["detail"].startswith("Line 4: ")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "invalid_json"),
        (b'{"lines": [], "lines": []}', "invalid_json"),
        (b'{"lines": []}', "invalid_request"),
        (b'{"lines": "all"}', "invalid_request"),
        (b'{"lines": {}, "title": 1}', "invalid_request"),
        (b'{"title": "x"}', "invalid_request"),
        (b'{"pay": true}', "extra_forbidden"),
        (b'{"lines": null, "lines2": []}', "invalid_request"),
        (b"[]", "invalid_json"),
    ],
)
def test_bodies_that_are_no_list_are_refused(
    api: Api, alice: Holder, raw: bytes, code: str
) -> None:
    answer = api.send("POST", "/v1/payouts", who=alice, key="k", raw=raw)
    assert code_of(answer)[1] == code


def test_10001_lines_are_refused_and_10000_are_not(api: Api, alice: Holder, bob: Holder) -> None:
    rows = [f"{n},{bob.public_id},0.01,CNY," for n in range(10_001)]
    assert code_of(send_csv(api, alice, csv_of(*rows))) == (413, "payout_too_long")
    answer = send_csv(api, alice, csv_of(*rows[:-1]), key="all")
    until = time.monotonic() + 120
    while answer.status_code == 202 and time.monotonic() < until:
        answer = send_csv(api, alice, csv_of(*rows[:-1]), key="all")
    assert (answer.status_code, answer.json()["done"]) == (201, 10_000)
    assert available(api, alice) == "0.00"
    assert available(api, bob) == "100.00"


def test_more_than_2_mb_is_refused_before_it_is_read(api: Api, alice: Holder) -> None:
    assert code_of(send_csv(api, alice, b"x" * 2_000_001)) == (413, "body_too_large")


def test_a_body_is_read_only_from_somebody_who_may_send_it(
    api: Api, holder: Made, bob: Holder
) -> None:
    reader = holder("Reader", scopes=["payouts:read", "transfers:write"])
    assert code_of(post(api, reader, line("a", bob))) == (403, "scope_missing")
    answer = api.send("POST", "/v1/payouts", key="k", raw=b"x" * 1_000_000)
    assert code_of(answer) == (401, "unauthenticated")
    writer = holder("Writer", scopes=["payouts:write"])
    assert code_of(api.send("GET", "/v1/payouts", who=writer)) == (403, "scope_missing")


def test_b17_a_list_without_a_key_is_refused(api: Api, alice: Holder, bob: Holder) -> None:
    answer = api.send("POST", "/v1/payouts", who=alice, body={"lines": [line("a", bob)]})
    assert code_of(answer) == (400, "idempotency_key_required")
    assert available(api, alice) == "100.00"


def test_b1_the_same_key_many_times_at_once_pays_once(api: Api, alice: Holder, bob: Holder) -> None:
    body = {"lines": [line(n, bob, "0.10") for n in range(100)]}
    calls = [("POST", "/v1/payouts", alice, "one", body)] * 10
    answers = api.together(calls)
    assert {answer.status_code for answer in answers} <= {201, 202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    replayed = Counter(answer.headers.get("idempotent-replayed") for answer in answers)
    assert replayed == {None: 1, "true": 9}
    last = api.send("POST", "/v1/payouts", who=alice, key="one", body=body)
    assert (last.status_code, last.json()["done"]) == (201, 100)
    assert available(api, alice) == "90.00"


def test_b2_the_same_key_for_another_list_is_refused(api: Api, alice: Holder, bob: Holder) -> None:
    assert post(api, alice, line("a", bob), key="k").status_code == 201
    for other in ([line("a", bob, "1.01")], [line("b", bob)], [line("a", bob), line("b", bob)]):
        assert code_of(post(api, alice, *other, key="k")) == (422, "idempotency_key_reused")
    assert code_of(post(api, alice, line("a", bob), key="k", title="x"))[1] == (
        "idempotency_key_reused"
    )
    assert available(api, alice) == "99.00"


def test_b5_a_list_sent_again_is_answered_as_it_stands(
    api: Api, alice: Holder, bob: Holder
) -> None:
    first = post(api, alice, line("a", bob), key="k")
    csv = send_csv(api, alice, csv_of(f"a,{bob.public_id},1.00,CNY,"), key="k")
    assert (first.status_code, csv.status_code) == (201, 201)
    assert csv.json() == first.json()
    assert csv.headers["idempotent-replayed"] == "true"
    assert available(api, alice) == "99.00"


def test_b7_a_corrected_list_may_use_the_key_of_the_refused_one(
    api: Api, alice: Holder, bob: Holder
) -> None:
    assert post(api, alice, line("a", bob, "x"), key="k").status_code == 400
    assert post(api, alice, line("a", bob), key="k").status_code == 201


def test_who_prefers_not_to_wait_gets_202_and_a_worker_pays(
    api: Api, alice: Holder, bob: Holder
) -> None:
    from okpay.kernel import clock
    from okpay.payments.operations import payouts as operations

    body = {"lines": [line("a", bob)]}
    answer = api.send(
        "POST", "/v1/payouts", who=alice, key="k", body=body, headers={"prefer": "respond-async"}
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "running")
    assert available(api, alice) == "100.00"
    number = answer.json()["id"]
    waiting = lines_of(api, alice, number)[0]
    assert (waiting["outcome"], waiting["transfer"]) == ("waiting", None)
    assert operations.run_payout(payout_id=decode(number, "pyt"), now=clock.now())
    shown = api.send("GET", f"/v1/payouts/{number}", who=alice).json()
    assert (shown["status"], shown["done"]) == ("done", 1)


def test_another_persons_list_is_not_there(
    api: Api, alice: Holder, bob: Holder, holder: Made
) -> None:
    number = post(api, alice, line("a", bob)).json()["id"]
    for path in ("", "/lines", "/result"):
        answer = api.send("GET", f"/v1/payouts/{number}{path}", who=bob)
        assert code_of(answer) == (404, "payout_not_found")
    other = number.replace("pyt_", "trf_")
    assert code_of(api.send("GET", f"/v1/payouts/{other}", who=alice)) == (404, "not_found")


def test_a_draft_of_the_app_is_not_shown_to_programs(api: Api, alice: Holder, bob: Holder) -> None:
    from okpay.kernel import clock
    from okpay.kernel.actor import Actor
    from okpay.kernel.ids import encode
    from okpay.payments.operations import payouts as operations
    from okpay.payments.payouts.wishes import RawLine, read_wish

    actor = Actor(person_id=alice.id, kind="person", via="web")
    wish = read_wish([RawLine("a", bob.email, "1.00", "CNY")])
    made = operations.draft_payout(actor=actor, wish=wish, now=clock.now())
    number = encode("pyt", made.payout_id)
    assert code_of(api.send("GET", f"/v1/payouts/{number}", who=alice))[0] == 404
    assert api.send("GET", "/v1/payouts", who=alice).json()["data"] == []


def test_lines_are_read_page_by_page_in_their_order(api: Api, alice: Holder, bob: Holder) -> None:
    rows = [line(n, bob, "0.01" if n % 3 else "200.00") for n in range(25)]
    number = post(api, alice, *rows).json()["id"]
    found, cursor = [], ""
    while True:
        path = f"/v1/payouts/{number}/lines?limit=10{cursor}"
        answer = api.send("GET", path, who=alice).json()
        found += answer["data"]
        if not answer["has_more"]:
            assert answer["next_cursor"] is None
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert [one["reference"] for one in found] == [str(n) for n in range(25)]
    refused = lines_of(api, alice, number, "outcome=refused")
    assert [one["number"] for one in refused] == [n + 1 for n in range(0, 25, 3)]
    for bad in ("cursor=zzzz", "limit=0", "limit=1001", "outcome=lost", "cursor=AQAAAA"):
        assert api.send("GET", f"/v1/payouts/{number}/lines?{bad}", who=alice).status_code == 400


def test_lists_are_read_newest_first(api: Api, alice: Holder, bob: Holder) -> None:
    made = [post(api, alice, line("a", bob)).json()["id"] for _ in range(3)]
    first = api.send("GET", "/v1/payouts?limit=2", who=alice).json()
    assert [one["id"] for one in first["data"]] == made[:0:-1]
    rest = api.send("GET", f"/v1/payouts?cursor={first['next_cursor']}", who=alice).json()
    assert [one["id"] for one in rest["data"]] == made[:1]


def test_no_cell_of_the_result_is_calculated_by_a_spreadsheet(
    api: Api, alice: Holder, bob: Holder
) -> None:
    bad = ["=1+1", "+cmd", "-2", "@sum", "＝1"]
    rows = [{**line(one, bob, "0.01"), "memo": one} for one in bad]
    rows.append(line("phone", {"phone": bob.phone}, "500.00"))
    number = post(api, alice, *rows).json()["id"]
    answer = api.send("GET", f"/v1/payouts/{number}/result", who=alice)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert f'filename="{number}.csv"' in answer.headers["content-disposition"]
    assert answer.content.startswith(BOM)
    cells = [row.split(",") for row in answer.content.decode("utf-8-sig").split("\r\n")[1:-1]]
    assert [row[0] for row in cells] == [*(f"'{one}" for one in bad), "phone"]
    assert {cell[:1] for row in cells for cell in row} & set("=+-@＝") == set()
    assert [row[6] for row in cells] == ["done"] * 5 + ["refused"]
    assert cells[5][9] == "insufficient_funds"
    assert cells[0][8].startswith("trf_")


def test_g14_strangers_in_lists_are_bounded_as_in_payments(
    api: Api, alice: Holder, bob: Holder
) -> None:
    def strangers(count: int) -> list[dict[str, Any]]:
        return [line(n, {"email": f"{uuid4().hex}@nowhere.example"}) for n in range(count)]

    assert code_of(post(api, alice, *strangers(51))) == (422, "payout_strangers")
    assert post(api, alice, *strangers(40)).status_code == 201
    assert code_of(post(api, alice, *strangers(1))) == (429, "rate_limited")
    assert post(api, alice, line("a", bob)).status_code == 201


def test_the_documented_example_of_a_file_is_read(api: Api, alice: Holder, bob: Holder) -> None:
    document = api.send("GET", "/openapi.json").json()
    forms = document["paths"]["/v1/payouts"]["post"]["requestBody"]["content"]
    assert set(forms) == {"application/json", "text/csv", "multipart/form-data"}
    text = forms["text/csv"]["example"].replace("bob@okpay.example", bob.email)
    assert send_csv(api, alice, text.encode()).status_code == 201
    assert json.dumps(forms["multipart/form-data"]).count("on_unknown_payee") == 1
