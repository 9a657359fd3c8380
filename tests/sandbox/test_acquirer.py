"""The acquirer's server side: who may call it, idempotency, faults, signed webhooks."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from okpay.config.secrets import secret
from okpay.sandbox import deliveries
from okpay.sandbox.store import Store
from tests.sandbox.test_cards import order
from tests.support.box import Box


@pytest.fixture
def wallet() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]], list[int]]]:
    """Stand in for the wallet: note webhooks and answer with the listed statuses, then 200."""
    got: list[tuple[dict[str, str], bytes]] = []
    answers: list[int] = []

    path = f"/hook-{uuid4()}"

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.path == path:  # a late retry for an earlier owner of this port is not ours
                got.append(({key.lower(): value for key, value in self.headers.items()}, body))
            self.send_response(answers.pop(0) if answers and self.path == path else 200)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{path}", got, answers
    server.shutdown()
    thread.join()
    server.server_close()


def wait_for(got: list[Any], count: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while len(got) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(got) == count


def test_only_the_wallets_key_opens_it(box: Box) -> None:
    url = f"{box.url}/acquirer/v1/payments/acq_x"
    assert httpx.get(url, timeout=30).status_code == 401
    assert httpx.get(url, headers={"Authorization": "Bearer wrong"}, timeout=30).status_code == 401
    assert box.api("GET", "/acquirer/v1/payments/acq_x").status_code == 404


def test_the_same_reference_is_the_same_payment(box: Box) -> None:
    reference = f"tup_{uuid.uuid4().hex}"
    first = order(box, reference=reference)
    assert order(box, reference=reference) == first
    body = {
        "reference": reference,
        "amount": {"amount": "101.00", "currency": "CNY"},
        "merchant": "OKPay",
        "return_url": "http://127.0.0.1:9/back",
        "webhook_url": "http://127.0.0.1:9/hook",
    }
    assert box.api("POST", "/acquirer/v1/payments", json=body).status_code == 409
    assert box.payment(reference)["amount"] == {"amount": "100.00", "currency": "CNY"}


def test_a_webhook_is_signed_as_the_standard_says(box: Box, wallet: Any) -> None:
    url, got, _answers = wallet
    box.faults(webhook="ok")
    made = order(box, webhook_url=url)
    box.pay(made["hosted_url"])
    wait_for(got, 1)
    headers, body = got[0]
    told = Webhook(secret("acquirer_webhook")).verify(body, headers)
    assert told["type"] == "payment.succeeded"
    assert told["data"] == box.payment(made["reference"])


def test_a_failed_webhook_comes_again_with_the_same_id(box: Box, wallet: Any) -> None:
    url, got, answers = wallet
    answers.append(500)
    box.faults(webhook="ok")
    box.pay(order(box, webhook_url=url)["hosted_url"])
    wait_for(got, 2)
    assert got[0][0]["webhook-id"] == got[1][0]["webhook-id"]
    assert got[0][1] == got[1][1]


def test_of_two_boxes_on_one_memory_one_sends_a_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Store(tmp_path / "sandbox.sqlite3")
    monkeypatch.setattr(deliveries, "store", lambda: memory)
    memory.write(
        "INSERT INTO deliveries (webhook_id, payment_id, url, body, next_at, state)"
        " VALUES ('evt_1', 'acq_1', 'http://127.0.0.1:9/', '{}', 1.5, 'due')"
    )
    read_by_both = deliveries.recent()[0]
    assert [deliveries.claimed(read_by_both), deliveries.claimed(read_by_both)] == [True, False]


def test_duplicate_and_lost_webhooks(box: Box, wallet: Any) -> None:
    url, got, _answers = wallet
    box.faults(webhook="duplicate")
    box.pay(order(box, webhook_url=url)["hosted_url"])
    wait_for(got, 3)
    assert len({headers["webhook-id"] for headers, _body in got}) == 1
    box.faults(webhook="lose")
    box.pay(order(box, webhook_url=url)["hosted_url"])
    time.sleep(0.5)
    assert len(got) == 3


def test_lies_do_the_work_and_errors_do_not(box: Box) -> None:
    body = {
        "amount": {"amount": "1.00", "currency": "CNY"},
        "merchant": "OKPay",
        "return_url": "http://127.0.0.1:9/back",
        "webhook_url": "http://127.0.0.1:9/hook",
    }
    made = {}
    for fault in ("lie", "error"):
        box.faults(api=fault)
        made[fault] = f"tup_{uuid.uuid4().hex}"
        answer = box.api("POST", "/acquirer/v1/payments", json={**body, "reference": made[fault]})
        assert answer.status_code == 500
    box.faults()
    assert box.payment(made["lie"])["state"] == "open"
    assert box.api("GET", f"/acquirer/v1/payments/{made['error']}").status_code == 404


def test_unknown_faults_are_refused(box: Box) -> None:
    assert box.api("PUT", "/acquirer/v1/faults", json={"api": "explode"}).status_code == 400


def test_the_card_page_allows_no_script_from_elsewhere(box: Box) -> None:
    page = httpx.get(order(box)["hosted_url"], timeout=30)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:9" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<style" not in page.text
    assert "style=" not in page.text
