"""The addresses of a list are sealed by one key, and what tells retries apart gives none away."""

from __future__ import annotations

import hashlib

from django.db import connection
from django.test.utils import CaptureQueriesContext

from okpay.kernel.crypto import HOUSE, keys
from okpay.payments import prints
from tests.payments.payouts.lists import a_list, draft
from tests.support.people import Somebody


def test_a_list_asks_for_its_key_once_however_long_it_is(
    payer: Somebody, crew: list[Somebody]
) -> None:
    draft(payer, a_list(crew))  # the keys of the people themselves are asked for here
    asked = []
    for times in (1, 20):
        keys.forget(HOUSE)
        with CaptureQueriesContext(connection) as seen:
            draft(payer, a_list([*crew] * times))
        asked.append(sum("crypto_datakey" in one["sql"] for one in seen))
    assert asked[0] == asked[1] > 0


def test_m8_a_fingerprint_is_no_bare_digest_of_what_was_asked() -> None:
    body = {"phone": "+8613800138000", "amount": "1.00"}
    bare = hashlib.blake2b(prints._encode(body), digest_size=16).hexdigest()  # noqa: SLF001 — to compare
    assert prints.fingerprint_of(body) == prints.fingerprint_of(dict(body))
    assert prints.fingerprint_of(body).replace("-", "") != bare
