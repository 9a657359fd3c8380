"""The list of requests for money goes on beyond its first hundred."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from okpay.kernel import clock
from okpay.kernel.ids import encode
from tests.api.conftest import Api, Holder

Made = Callable[..., Holder]


def test_requests_beyond_a_hundred_are_listed_page_by_page(api: Api, holder: Made) -> None:
    from okpay.payments.models import MoneyRequest
    from okpay.payments.states import RequestState

    alice, bob = holder(), holder()
    now = clock.now()
    made = MoneyRequest.objects.bulk_create(
        MoneyRequest(
            requester=alice.id, payer=bob.id, asset=156, amount=number, state=RequestState.EXPIRED,
            created_at=now, expires_at=now + timedelta(days=7),
        )
        for number in range(1, 106)
    )  # fmt: skip
    expected = [encode("req", one.id) for one in sorted(made, key=lambda row: row.id)][::-1]
    found: list[str] = []
    cursor, page = "", {"next_cursor": None}
    for _ in range(3):
        page = api.send("GET", f"/v1/money_requests?limit=50{cursor}", who=bob).json()
        found += [row["id"] for row in page["data"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert page["next_cursor"] is None
    assert found == expected
    path = "/v1/money_requests?direction=out"
    assert (
        api.send("GET", path, who=bob).json()["data"],
        len(api.send("GET", path, who=alice).json()["data"]),
    ) == ([], 20)
