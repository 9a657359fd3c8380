"""Who calls. The token is looked up in the database during every call; nothing is remembered."""

from __future__ import annotations

from datetime import datetime

from okpay.api.calls import Call, Caller
from okpay.api.rates import RATES
from okpay.identity.access_tokens import use_access_token
from okpay.payments.errors import ScopeMissingError, UnauthenticatedError


def authenticate(call: Call, scope: str, now: datetime) -> Caller:
    """Find the caller and check that the token may do this.

    Raises:
        UnauthenticatedError: no token, or one that is unknown, expired or revoked.
        ScopeMissingError: a good token without this scope.
    """
    found = use_access_token(secret=call.secret, now=now) if call.secret else None
    if found is None:
        if call.secret:
            RATES.failed(call)
        raise UnauthenticatedError
    RATES.good(call, found.person_id)
    caller = Caller(found.person_id, found.id, frozenset(found.scopes), found.created_at)
    if scope not in caller.scopes:
        raise ScopeMissingError(scope=scope)
    return caller
