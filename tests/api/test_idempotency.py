"""Answers that the API keeps itself: claimed once, taken over when abandoned, forgotten in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from tests.api.conftest import Holder

Made = Callable[..., Holder]


def test_an_abandoned_claim_is_taken_over_after_its_lease() -> None:
    from okpay.api.errors import IdempotencyInProgressError
    from okpay.api.idempotency import LEASE, Reply, kept
    from okpay.api.models import KeptAnswer
    from okpay.kernel import clock
    from okpay.payments.errors import IdempotencyKeyReusedError

    now, key, print_ = clock.now(), uuid4(), uuid4()
    KeptAnswer.objects.create(key=key, fingerprint=print_, at=now)
    reply = Reply(201, "application/json", b"{}")
    with pytest.raises(IdempotencyInProgressError):
        kept(key, print_, now + LEASE, lambda: reply)
    later = now + LEASE + timedelta(seconds=1)
    with pytest.raises(IdempotencyKeyReusedError):
        kept(key, uuid4(), later, lambda: reply)
    assert kept(key, print_, later, lambda: reply) == reply
    assert kept(key, print_, later, lambda: reply).replayed


def test_a_crash_leaves_the_key_free() -> None:
    from okpay.api.idempotency import Reply, kept
    from okpay.kernel import clock

    now, key, print_ = clock.now(), uuid4(), uuid4()

    def crash() -> Reply:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        kept(key, print_, now, crash)
    for status in (202, 400, 401, 403, 429, 500, 503):
        refusal = Reply(status, "application/problem+json", b"{}")
        assert kept(key, print_, now, lambda refusal=refusal: refusal) == refusal  # type: ignore[misc]  # a default binds the loop variable
    done = Reply(422, "application/problem+json", b"{}")
    assert kept(key, print_, now, lambda: done) == done
    assert kept(key, print_, now, crash).replayed


def test_kept_answers_are_forgotten_after_thirty_days() -> None:
    from okpay.api.idempotency import forget_old
    from okpay.api.models import KeptAnswer
    from okpay.kernel import clock

    now = clock.now()
    old, fresh = uuid4(), uuid4()
    KeptAnswer.objects.create(key=old, fingerprint=uuid4(), at=now - timedelta(days=30, seconds=1))
    KeptAnswer.objects.create(key=fresh, fingerprint=uuid4(), at=now - timedelta(days=29))
    assert forget_old(now) >= 1
    left = KeptAnswer.objects.filter(key__in=[old, fresh]).values_list("key", flat=True)
    assert list(left) == [fresh]


@pytest.mark.slow
def test_a_top_up_is_begun_once_and_leads_to_a_card_page(live_api: str, holder: Made) -> None:
    person = holder()
    headers = {"authorization": f"Bearer {person.secret}", "idempotency-key": "t1"}
    body = {"amount": "100.00", "currency": "CNY"}
    first = httpx.post(f"{live_api}/v1/topups", json=body, headers=headers, timeout=30)
    assert first.status_code == 201
    assert first.json()["status"] == "redirected"
    assert first.json()["total"] == {"amount": "100.00", "currency": "CNY"}
    page = httpx.get(first.json()["card_page"], timeout=30)
    assert (page.status_code, "100.00" in page.text) == (200, True)
    again = httpx.post(f"{live_api}/v1/topups", json=body, headers=headers, timeout=30)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    other = httpx.post(
        f"{live_api}/v1/topups", json={**body, "amount": "1.00"}, headers=headers, timeout=30
    )
    assert other.json()["code"] == "idempotency_key_reused"
    found = httpx.get(f"{live_api}/v1/topups", headers=headers, timeout=30).json()["data"]
    assert [row["id"] for row in found] == [first.json()["id"]]
