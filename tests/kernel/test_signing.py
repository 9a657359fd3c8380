"""Ed25519: a vector of RFC 8032, and that nothing but the signed text passes."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from okpay.kernel import signing

pytestmark = pytest.mark.no_database

# RFC 8032 §7.1, test 2.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNED = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def test_the_vector_of_rfc_8032() -> None:
    signer = signing.Signer(SEED)
    signature = signer.sign(b"\x72")
    assert (signer.public, signature.value) == (PUBLIC, SIGNED)
    assert signature.key_id == signing.key_id(PUBLIC) == signer.key_id
    assert str(signature) == f"{signer.key_id}:{base64.b64encode(SIGNED).decode()}"


def test_only_the_signed_text_under_the_right_key_passes() -> None:
    signature = signing.Signer(SEED).sign(b"\x72")
    assert signing.verify(PUBLIC, b"\x72", signature)
    assert signing.verify(PUBLIC, b"\x72", signature.value)
    assert not signing.verify(PUBLIC, b"\x73", signature)
    assert not signing.verify(signing.Signer(bytes(32)).public, b"\x72", signature)
    assert not signing.verify(PUBLIC, b"\x72", signature.value[:-1])
    assert not signing.verify(b"short", b"\x72", signature)


def test_the_installations_key_comes_from_its_secret(settings: Any) -> None:
    settings.OKPAY_SIGNING_KEY = base64.b64encode(SEED).decode()
    assert signing.public_key() == PUBLIC
    assert signing.sign(b"\x72").value == SIGNED


@pytest.mark.parametrize(
    "text", ["", "k" * 32, "not base64!", base64.b64encode(bytes(31)).decode()]
)
def test_a_key_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64 of 32 random bytes"):
        signing.seed_of(text)
