"""An address stays with its owner: whoever knows a person by their number never reads it."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from okpay.kernel.ids import encode
from tests.support.people import MakePerson, Somebody
from tests.web.money.conftest import SignedIn, Walk

LONG = re.compile(r"[A-Za-z0-9_\-.=%]{12,}")
LINK = re.compile(r"/payees/(pye_[0-9a-z]{26})/delete")


@pytest.fixture
def walk(payer: Somebody, signed_in: SignedIn) -> Walk:
    return Walk(signed_in(payer))


@pytest.fixture
def number(payee: Somebody) -> str:
    return encode("cus", payee.id)


def opened(text: str) -> Iterator[str]:
    """Yield a page and whatever its long words hide: base64, and what was packed inside."""
    yield text
    for word in LONG.findall(unquote(text)):
        packed = word.lstrip(".").rstrip("=")
        with contextlib.suppress(ValueError, binascii.Error):
            raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
            yield raw.decode("utf-8", "replace")
            with contextlib.suppress(zlib.error):
                yield zlib.decompress(raw).decode("utf-8", "replace")


def told(text: str, payee: Somebody) -> list[str]:
    """Return which addresses of a person stand in a page, openly or packed."""
    parts = list(opened(text))
    ours = (payee.email, payee.phone, payee.phone[-8:])
    return [one for one in ours if any(one in part for part in parts)]


def read(walk: Walk, paths: list[str], payee: Somebody) -> dict[str, list[str]]:
    """Open pages, and return those that tell an address."""
    found = {path: told(walk.page(path), payee) for path in paths}
    return {path: words for path, words in found.items() if words}


def test_a_packed_address_would_be_seen(payee: Somebody) -> None:
    from django.core import signing

    for compress in (False, True):
        sealed = signing.dumps({"alias": payee.phone, "more": "x" * 99}, compress=compress)
        assert told(f'<input value="{sealed}">', payee) == [payee.phone, payee.phone[-8:]]


def test_g14_a_receive_link_tells_no_address(
    walk: Walk, payer: Somebody, payee: Somebody, number: str
) -> None:
    amount = walk.client.get(f"/pay/{number}")["Location"]
    confirm = walk.quote(amount, "3.00")
    pin = confirm.replace("/confirm", "/password")
    assert read(walk, [amount, confirm, pin], payee) == {}
    assert told(walk.confirm(confirm, "908172").content.decode(), payee) == []
    result = walk.confirm(confirm, payer.pin)["Location"]
    record = result.replace("/transfers/", "/records/")
    pages = [result, record, f"{record}/receipt", "/", "/transfer", "/records", "/payees"]
    assert read(walk, pages, payee) == {}
    value = re.search(r'name="payee" value="([^"]+)"', walk.page(result))
    assert value is not None
    assert value[1] == number


def test_g14_a_recent_and_a_saved_payee_tell_no_address(
    walk: Walk, payer: Somebody, payee: Somebody, number: str
) -> None:
    walk.confirm(walk.quote(walk.to(number), "1.00"), payer.pin)
    again = walk.to(number)
    walk.client.post("/payees/save", {"payee": number})
    saved = LINK.search(walk.page("/payees"))
    assert saved is not None
    pages = [again, walk.quote(walk.to(number), "1.00"), "/transfer", "/payees"]
    assert read(walk, [*pages, f"/payees/{saved[1]}"], payee) == {}
    assert f"{payee.phone[:-8]}****{payee.phone[-4:]}" in walk.page("/payees")
    walk.client.post(f"/payees/{saved[1]}/delete")
    assert read(walk, ["/payees"], payee) == {}
    walk.client.post("/payees/undo")
    assert LINK.search(walk.page("/payees")) is not None


def test_g14_who_asks_for_money_tells_no_address(
    walk: Walk, payer: Somebody, payee: Somebody, signed_in: SignedIn
) -> None:
    asker = Walk(signed_in(payee))
    form = {"payer": payer.email, "currency": "CNY", "amount": "5.00", "memo": ""}
    path = asker.client.post("/requests/new", form)["Location"]
    confirm = walk.client.post(f"{path}/pay")["Location"]
    assert read(walk, ["/", "/requests", path, confirm, "/messages"], payee) == {}
    result = walk.confirm(confirm, payer.pin)["Location"]
    assert read(walk, [result, path, "/transfer"], payee) == {}


def test_g14_the_payee_learns_no_address_of_the_payer(
    walk: Walk, payer: Somebody, payee: Somebody, number: str, signed_in: SignedIn
) -> None:
    result = walk.confirm(walk.quote(walk.to(number), "2.00"), payer.pin)["Location"]
    theirs = Walk(signed_in(payee))
    record = result.replace("/transfers/", "/records/")
    assert read(theirs, ["/", record, f"{record}/receipt", "/records", "/messages"], payer) == {}


def test_g14_the_file_of_records_tells_no_address(
    walk: Walk, payer: Somebody, payee: Somebody, number: str
) -> None:
    walk.confirm(walk.quote(walk.to(number), "2.00"), payer.pin)
    form = {"since": "2026-01-01", "until": "2026-12-31", "header": "machine"}
    answer = walk.client.get("/records/export.csv", form)
    assert answer.status_code == 200
    assert told(answer.getvalue().decode(), payee) == []


def test_a_typed_address_is_kept_for_who_typed_it(
    walk: Walk, payer: Somebody, payee: Somebody
) -> None:
    from okpay.kernel import clock
    from okpay.payments import operations
    from okpay.payments.models import SavedPayee

    walk.client.post("/payees/save", {"payee": payee.email})
    walk.client.post("/payees/save", {"payee": encode("cus", payee.id), "nickname": "Flat"})
    row = SavedPayee.objects.get(payee=payee.id)
    assert (row.alias, row.nickname) == (payee.email, "Flat")
    SavedPayee.objects.filter(payee=payee.id).delete()
    operations.save_payee(actor=payer.actor, alias=encode("cus", payee.id), now=clock.now())
    assert SavedPayee.objects.get(payee=payee.id).alias == ""


def test_g14_an_unproven_number_is_not_shown_masked(
    walk: Walk, payer: Somebody, make_person: MakePerson
) -> None:
    from okpay.identity.models import Person
    from okpay.identity.rules import mask_email
    from okpay.wallets.queries import record_detail, records

    other = make_person("许晴")
    walk.confirm(walk.quote(walk.to(other.email), "2.00"), payer.pin)
    Person.objects.filter(id=other.id).update(phone_verified_at=None)
    line = next(line for line in records(payer.id) if line.counterparty_id == other.id)
    detail = record_detail(payer.id, line.id)
    assert detail is not None
    assert detail.counterparty_address == mask_email(other.email)
