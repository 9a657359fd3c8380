"""Everybody can read the key that our signatures are checked with."""

from __future__ import annotations

import base64

from django.test import Client

from okpay.kernel import signing


def test_the_public_key_is_there_for_everybody() -> None:
    answer = Client().get("/.well-known/okpay-key.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=us-ascii")
    first, second = answer.content.decode().splitlines()
    algorithm, key = first.split(" ")
    assert (algorithm, base64.b64decode(key)) == ("Ed25519", signing.public_key())
    assert second == f"key id  {signing.key_id(signing.public_key())}"
    assert Client().post("/.well-known/okpay-key.txt").status_code == 405
