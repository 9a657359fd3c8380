"""What the sign-in library keeps of an e-mail: a digest, in place of the address.

The library (django-allauth) has a table of e-mails of its own, and writes to it by itself. Its
column is taught here to keep the blind index as 64 hexadecimal digits, without an "@", which no
e-mail lacks; asked for an address, it asks for the digest. What a row reads as is looked up with
its person, under whose key the address is sealed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from okpay.kernel.crypto import blind

if TYPE_CHECKING:
    _Email = models.EmailField[str, str]
else:
    _Email = models.EmailField

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def digest_of(email: str) -> str:
    """Return what the library's table keeps of an e-mail."""
    return blind("email", email.lower()).hex()


class Digest(_Email):
    """The library's column, after `install`."""

    def deconstruct(self) -> Any:  # noqa: ANN401 — Django's own
        """Be to migrations what the library's own are about."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.EmailField", args, options

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 — Django's own
        """Turn an address into its digest, on every way into a statement."""
        text = super().get_prep_value(value)
        return text if not text or _DIGEST.fullmatch(text) else digest_of(text)


class _Shown(DeferredAttribute):
    """Reads as the address: of a row that was read, by way of its person."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:  # noqa: ANN401 — Django's own
        value = super().__get__(instance, cls)
        if isinstance(value, str) and _DIGEST.fullmatch(value):
            return _address(instance, value)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


def _address(row: EmailAddress, digest: str) -> str:
    """Return the person's e-mail with this digest: theirs, or the one they want; else ""."""
    for email in (row.user.email, row.user.wanted_email):
        if email and digest_of(email) == digest:
            return str(email)
    return ""


def install() -> None:
    """Let the library's column keep digests."""
    field = EmailAddress._meta.get_field("email")
    field.__class__ = Digest
    EmailAddress.email = _Shown(field)
