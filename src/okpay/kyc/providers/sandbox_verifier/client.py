"""The sandbox verifier over HTTP: a check by its reference, its pictures, its report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from okpay.kyc.providers.base import Report, RetryableVerifierError, Verdict
from okpay.kyc.providers.calls import call, client

if TYPE_CHECKING:
    import httpx

    from okpay.kyc.providers.base import Wish


class SandboxVerifier:
    """A client of `okpay.sandbox`; see the Protocol."""

    name = "sandbox"

    def __init__(
        self, *, base_url: str, key: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Keep where it is and how we prove who we are."""
        self.base_url = f"{base_url}/verifier/v1/checks"
        self.headers = {"Authorization": f"Bearer {key}"}
        self.transport = transport

    def verify(self, wish: Wish) -> Report:
        """Open a check, send its pictures, ask for the report; see the Protocol."""
        body = {
            "reference": wish.reference,
            "region": wish.region,
            "document": wish.document,
            "fields": dict(wish.fields),
            "pictures": sorted(wish.pictures),
        }
        with client(self.headers, self.transport) as link:
            call(link, "POST", self.base_url, json=body)
            here = f"{self.base_url}/{wish.reference}"
            for slot, picture in sorted(wish.pictures.items()):
                headers = {"Content-Type": "image/jpeg"}
                call(link, "PUT", f"{here}/pictures/{slot}", content=picture, headers=headers)
            return report_of(call(link, "GET", here))


def report_of(found: dict[str, Any]) -> Report:
    """Read a report; words that nobody agreed on count as no answer."""
    try:
        verdict = Verdict(found["verdict"])
        concerns = tuple(str(one)[:40] for one in found.get("concerns", ()))[:20]
    except (KeyError, ValueError, TypeError) as error:
        raise RetryableVerifierError("a report in another form") from error
    return Report(verdict, concerns)
