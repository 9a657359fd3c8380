"""Passwords from other companies' breaches are refused: by a file of the operator, or by asking.

The file is the ordered list of Pwned Passwords (`SHA1:count` a line, 37 GB, or any part of it);
it is searched in place and never read into memory. The service is asked with five of forty digits.
Whatever cannot be asked lets the password pass: nobody is locked out by somebody else's outage.
"""

from __future__ import annotations

import hashlib
import logging
from typing import IO, TYPE_CHECKING, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from okpay.identity.safety.providers.base import BreachServiceError

if TYPE_CHECKING:
    from okpay.identity.models import Person
    from okpay.identity.safety.providers.base import BreachService

log = logging.getLogger(__name__)
PREFIX: Final = 5
_LONGEST: Final = 64  # bytes of a line: 40 digits, a colon, a count


def digest_of(password: str) -> str:
    """Return the SHA-1 of a password as the lists write it; it is a name here, not a protection."""
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def in_file(digest: str, path: str) -> bool:
    """Whether the ordered file lists this digest: some 35 short reads, whatever its size.

    Raises:
        OSError: the file cannot be read.
    """
    wanted = digest.encode()
    with open(path, "rb") as file:  # noqa: PTH123 — sought in, not read
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            found, end = _line_from(file, middle)
            if found[: len(wanted)].upper() == wanted:
                return True
            if found and found.upper() < wanted:
                low = end
            else:
                high = middle
        file.seek(low)
        return file.readline(_LONGEST)[: len(wanted)].upper() == wanted


def _line_from(file: IO[bytes], at: int) -> tuple[bytes, int]:
    """Return the first whole line that begins at or after `at`, and where it ends."""
    file.seek(max(at - 1, 0))
    if at:
        file.readline(_LONGEST)
    return file.readline(_LONGEST), file.tell()


def service() -> BreachService | None:
    """Return the service the operator turned on (`OKPAY_BREACH_URL`), or None."""
    base = str(getattr(settings, "OKPAY_BREACH_URL", "") or "")
    if not base:
        return None
    from okpay.identity.safety.providers.pwned.client import RangeClient  # noqa: PLC0415 — an HTTP client costs 4 MB and more where nobody calls

    return RangeClient(base)


def is_breached(password: str) -> bool:
    """Whether a list knows this password; what cannot be asked counts as no, and is logged."""
    digest = digest_of(password)
    return _file_knows(digest) or _service_knows(digest)


def _file_knows(digest: str) -> bool:
    path = str(getattr(settings, "OKPAY_BREACH_FILE", "") or "")
    if not path:
        return False
    try:
        return in_file(digest, path)
    except OSError:
        log.exception("the list of breached passwords cannot be read; passwords pass unchecked")
        return False


def _service_knows(digest: str) -> bool:
    asked = service()
    if asked is None:
        return False
    try:
        return digest[PREFIX:] in asked.suffixes(digest[:PREFIX])
    except BreachServiceError as failed:
        log.warning("the service of breached passwords did not answer (%s); one passed", failed)
        return False


class BreachedRule:
    """Not a password that was stolen elsewhere."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError for one that a list of stolen passwords knows."""
        del user
        if is_breached(password):
            raise ValidationError(
                _(
                    "This password was stolen somewhere else and is tried everywhere. Choose a new"
                    " one, and change it wherever you use it."
                ),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        """Say the rule before it is broken."""
        return _("Not a password that was stolen elsewhere.")
