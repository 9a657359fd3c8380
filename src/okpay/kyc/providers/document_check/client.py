"""A verifier of the usual commercial shape, after what such services publish.

An applicant is created, documents are uploaded to it, a check is ordered, its report is read.

This is a shape: it was tested against answers written by hand, not against anybody's live service.
Names of paths and fields differ from one service to the next, and so must be compared with the
contract before it is used. `Idempotency-Key` carries our reference, so that a repeated wish is one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from okpay.kyc.providers.base import Report, RetryableVerifierError, Verdict, Wish
from okpay.kyc.providers.calls import call, client

if TYPE_CHECKING:
    import httpx

TYPES: Final = {"passport": "passport", "prc_id": "national_identity_card"}
SIDES: Final = {"front": "front", "back": "back", "page": "front"}
_RESULTS: Final = {"clear": Verdict.CLEAR, "consider": Verdict.CONSIDER}


class DocumentCheck:
    """A client of such a service; see the Protocol."""

    name = "document_check"

    def __init__(
        self, *, base_url: str, key: str, transport: httpx.BaseTransport | None = None
    ) -> None:
        """Keep where it is and how we prove who we are."""
        self.base_url = base_url
        self.headers = {"Authorization": f"Token token={key}"}
        self.transport = transport

    def verify(self, wish: Wish) -> Report:
        """Applicant, documents, check, report; see the Protocol."""
        with client(self.headers, self.transport) as link:
            applicant = self._created(link, wish, "applicants", json=_applicant(wish))
            for slot, picture in sorted(wish.pictures.items()):
                self._upload(link, wish, applicant, slot, picture)
            order = {"applicant_id": applicant, "report_names": ["document"]}
            check = self._created(link, wish, "checks", json=order)
            found = call(link, "GET", f"{self.base_url}/checks/{check}")
        if found.get("status") != "complete":
            return Report(Verdict.PENDING)
        return _read(found)

    def _upload(
        self, link: httpx.Client, wish: Wish, applicant: str, slot: str, picture: bytes
    ) -> None:
        kind = TYPES.get(wish.document, "unknown")
        data = {"applicant_id": applicant, "type": kind, "side": SIDES.get(slot, "front")}
        files = {"file": (f"{slot}.jpg", picture, "image/jpeg")}
        self._created(link, wish, "documents", part=slot, data=data, files=files)

    def _created(
        self, link: httpx.Client, wish: Wish, what: str, *, part: str = "", **content: Any
    ) -> str:
        headers = {"Idempotency-Key": f"{wish.reference}/{what}/{part}"}
        found = call(link, "POST", f"{self.base_url}/{what}", headers=headers, **content)
        try:
            return str(found["id"])
        except KeyError as error:
            raise RetryableVerifierError(f"{what} without an id") from error


def _applicant(wish: Wish) -> dict[str, str]:
    surname, _, given = wish.fields.get("legal_name", "").partition(" ")
    return {
        "first_name": given or surname,
        "last_name": surname,
        "dob": wish.fields.get("birth_date", ""),
        "country": wish.region,
    }


def _read(found: dict[str, Any]) -> Report:
    verdict = _RESULTS.get(str(found.get("result", "")))
    if verdict is None:
        raise RetryableVerifierError("a result in another word")
    breakdown = found.get("breakdown") or {}
    concerns = sorted(name[:40] for name, one in breakdown.items() if one.get("result") != "clear")
    return Report(verdict, tuple(concerns[:20]))
