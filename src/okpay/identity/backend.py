"""Check a sign-in: who may be meant by an e-mail or a phone, and is this their password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend

from okpay.identity import queries

if TYPE_CHECKING:
    from django.http import HttpRequest

    from okpay.identity.models import Person


class PersonBackend(AuthenticationBackend):
    """The owner of a verified alias; while nobody has verified it, those who claim it."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        del request
        candidates = queries.sign_in_candidates(
            email=credentials.get("email") or "", phone=credentials.get("phone") or ""
        )
        for person in candidates:
            if self._check_password(person, credentials.get("password") or ""):
                return person
        return None
