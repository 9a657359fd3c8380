"""What production refuses: stand-ins for banks and telephones, and pages that anybody can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from okpay.config.env import Environment

VERIFIERS = ("none", "sandbox", "document_check")
PROVIDERS = ("sandbox",)  # what this version brings; a real acquirer or SMS carrier joins them here


class UnsafeProductionError(RuntimeError):
    """The settings are none that real money may run with."""


def refusals(env: Environment) -> Iterator[str]:
    """Yield one sentence for each setting that this environment may not have."""
    for name, value in (("OKPAY_ACQUIRER", env.acquirer), ("OKPAY_SMS", env.sms)):
        if value not in PROVIDERS:
            yield f"{name} is {value!r}, which this version does not know."
    if env.verifier not in VERIFIERS:
        yield f"OKPAY_VERIFIER is {env.verifier!r}, which this version does not know."
    if env.production:
        yield from _unsafe(env)


def _unsafe(env: Environment) -> Iterator[str]:
    for name, address in (("OKPAY_BASE_URL", env.base_url), ("OKPAY_API_URL", env.api_url)):
        if not address.startswith("https://"):
            yield f"{name} is {address}; production is reached by https only."
    if env.acquirer == "sandbox":
        yield "OKPAY_ACQUIRER is the sandbox, which charges no cards; production needs a real one."
    if env.verifier == "sandbox":
        yield "OKPAY_VERIFIER is the sandbox, which sees no documents; say none or a real one."
    if env.sms == "sandbox":
        yield "OKPAY_SMS is the sandbox, which reaches no phones; production needs a real one."
    if not env.smtp_url:
        yield "OKPAY_SMTP_URL is not set; in production mail does not go to the sandbox."


def assert_safe(env: Environment) -> None:
    """Assert that money may run in this environment.

    Raises:
        UnsafeProductionError: with the first sentence of `refusals`.
    """
    for sentence in refusals(env):
        raise UnsafeProductionError(sentence)
