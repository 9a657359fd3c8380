"""Everybody can read the key that our signatures are checked with."""

from __future__ import annotations

import base64

import pytest
from django.test import RequestFactory
from django.urls import resolve

from okpay.kernel import signing

pytestmark = pytest.mark.no_database


def test_the_public_key_is_there_for_everybody() -> None:
    address = "/.well-known/okpay-key.txt"
    answer = resolve(address).func(RequestFactory().get(address))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=us-ascii")
    first, second = answer.content.decode().splitlines()
    algorithm, key = first.split(" ")
    assert (algorithm, base64.b64decode(key)) == ("Ed25519", signing.public_key())
    assert second == f"key id  {signing.key_id(signing.public_key())}"
    assert resolve(address).func(RequestFactory().post(address)).status_code == 405
