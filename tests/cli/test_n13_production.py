"""Hostile case N13 in production: nothing that stands in for the real thing, nothing misspelt."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from okpay.config.env import ENV
from okpay.config.production import refusals
from okpay.config.secrets import NAMES
from tests.cli.test_n13_startup import run

KEYS = {f"OKPAY_SECRET_{name.upper()}": "k" * 32 for name in NAMES} | {
    "OKPAY_SECRET_SIGNING": base64.b64encode(bytes(range(32))).decode(),
    "OKPAY_SECRET_ENVELOPE": "1:" + base64.b64encode(bytes(range(32))).decode(),
}
GOOD = {
    "OKPAY_ENV": "production",
    "OKPAY_BASE_URL": "https://pay.example",
    "OKPAY_API_URL": "https://api.pay.example",
    "OKPAY_SMTP_URL": "smtps://mail.example",
    **KEYS,
}


@pytest.mark.parametrize("name", ["Production", "prod", "live", "", "production "])
def test_n13_a_misspelt_environment_is_no_other_one(tmp_path: Path, name: str) -> None:
    done = run("web", "", tmp_path, OKPAY_ENV=name)
    assert (done.returncode, done.stderr) == (
        1,
        f"okpay: OKPAY_ENV is {name!r}; it must be one of development, test, production.\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "OKPAY_ACQUIRER is the sandbox, which charges no cards; production needs a real one."),
        (
            {"OKPAY_BASE_URL": "http://pay.example"},
            "OKPAY_BASE_URL is http://pay.example; production is reached by https only.",
        ),
        (
            {"OKPAY_API_URL": "http://api.example"},
            "OKPAY_API_URL is http://api.example; production is reached by https only.",
        ),
        (
            {"OKPAY_SECRET_PEPPER": "k" * 31},
            "OKPAY_SECRET_PEPPER has less than 32 characters; make it longer.",
        ),
        (
            {"OKPAY_SECRET_SIGNING": "k" * 32},
            (
                "OKPAY_SECRET_SIGNING is no key: "
                "the signing key must be the base64 of 32 random bytes."
            ),
        ),
        (
            {"OKPAY_SECRET_ENVELOPE": ""},
            (
                "Neither OKPAY_SECRET_ENVELOPE nor OKPAY_ENVELOPE_FILE is set; "
                "production makes no keys of its own."
            ),
        ),
        (
            {"OKPAY_SECRET_ENVELOPE": "k" * 32},
            (
                "OKPAY_SECRET_ENVELOPE is no ring of keys: each entry must be a version, a colon "
                "and the base64 of 32 random bytes."
            ),
        ),
        (
            {"OKPAY_SECRET_ENVELOPE": "", "OKPAY_ENVELOPE_FILE": "/nonexistent/ring"},
            "/nonexistent/ring cannot be read: No such file or directory.",
        ),
        (
            {"OKPAY_ACQUIRER": "elsewhere"},
            "OKPAY_ACQUIRER is 'elsewhere', which this version does not know.",
        ),
    ],
)
def test_n13_production_does_not_start(
    database: str, tmp_path: Path, changed: dict[str, str], sentence: str
) -> None:
    done = run("web", database, tmp_path, **{**GOOD, **changed})
    assert (done.returncode, done.stderr) == (1, f"okpay: {sentence}\n")


def test_n13_a_server_without_our_command_line_does_not_start_either(tmp_path: Path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-c", "import okpay.config.wsgi"],
        env={"PYTHONPATH": "src", "OKPAY_HOME": str(tmp_path), **GOOD},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "UnsafeProductionError: OKPAY_ACQUIRER is the sandbox" in done.stderr


def test_n13_each_stand_in_is_named_and_a_real_one_is_not() -> None:
    sandboxed = replace(
        ENV, name="production", base_url="https://a.example", api_url="https://b.example",
        smtp_url="", acquirer="sandbox", sms="sandbox", verifier="sandbox",
    )  # fmt: skip
    assert [sentence.split()[0] for sentence in refusals(sandboxed)] == [
        "OKPAY_ACQUIRER",
        "OKPAY_VERIFIER",
        "OKPAY_SMS",
        "OKPAY_SMTP_URL",
    ]
    assert list(refusals(replace(sandboxed, name="development"))) == []
