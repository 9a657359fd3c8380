"""The arithmetic of app codes, against the vectors of the RFCs."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from okpay.identity.factors import totp

pytestmark = pytest.mark.no_database
SECRET = b"12345678901234567890"


def test_rfc_4226_appendix_d() -> None:
    wanted = "755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split()
    assert [totp.code_at(SECRET, step) for step in range(10)] == wanted


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    step = totp.step_of(datetime.fromtimestamp(seconds, UTC))
    assert totp.code_at(SECRET, step, digits=8) == code


def test_the_address_for_apps() -> None:
    link = urlsplit(totp.address(SECRET, account="xiaoning@demo.example"))
    assert (link.scheme, link.netloc, link.path) == (
        "otpauth",
        "totp",
        "/OKPay%3Axiaoning%40demo.example",
    )
    assert parse_qs(link.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["OKPay"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert totp.typed_form(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert len({totp.new_secret() for _time in range(20)}) == 20
