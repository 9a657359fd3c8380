"""The catalogue of codes, made from the same classes that are raised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okpay.api.calls import Call
from okpay.api.endpoint import PUBLIC, endpoint
from okpay.api.problem import documentation_url
from okpay.api.schemas.account import Code, Codes
from okpay.kernel.errors import WORDS


@endpoint(
    "GET",
    "/v1/errors",
    scope=PUBLIC,
    tag="errors",
    summary=_("List all codes"),
    description=_("Every refusal with its stable code, in the language of the call."),
)
def list_codes(call: Call) -> Codes:
    """Return the catalogue."""
    del call
    return Codes(
        [
            Code(
                code=code,
                status=kind.status,
                title=str(kind.title),
                detail=str(kind.message),
                cause=str(kind.cause),
                remedy=str(kind.remedy),
                doc_url=documentation_url(code),
            )
            for code, kind in sorted(WORDS.items())
        ]
    )
