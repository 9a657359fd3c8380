"""The word a person chose, by which they know that a mail is really from us.

It is sealed at rest, stands at the top of every mail to their proven address and never in a text
message: whoever borrows a phone reads those on the lock screen.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from okpay.identity import guards
from okpay.identity.hooks import SecurityEvent
from okpay.identity.models import Person
from okpay.identity.rules import is_pin
from okpay.identity.safety import changes
from okpay.identity.safety.errors import BadMailWordError, MailWordIsSecretError
from okpay.identity.safety.models import MailWord
from okpay.kernel import crypto
from okpay.kernel.ids import encode

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from okpay.kernel.actor import Actor

log = logging.getLogger(__name__)
LEAST, MOST = 2, 24
CHANGED: Final = SecurityEvent.MAIL_WORD_CHANGED
_TABLE: Final = "safety_mailword"
_COLUMN: Final = "sealed"
_FORM: Final = re.compile(r"[\w](?:[\w ·'-]*[\w])?")


def register() -> None:
    """Name the sealed columns of this package for the rotation of keys."""
    crypto.register(_TABLE, _COLUMN, key="person_id")
    crypto.register("safety_securityquestion", "sealed")


def cleaned(text: str) -> str:
    """Return a word in one written form.

    Raises:
        BadMailWordError: too short, too long, or with signs that could make a link.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not LEAST <= len(plain) <= MOST or not _FORM.fullmatch(plain):
        raise BadMailWordError
    return plain


def set_word(*, actor: Actor, word: str, now: datetime) -> str:
    """Keep the word for mails to the person who acts; returns it in its written form.

    The caller has stepped up: a thief who reads the old word can write mails that look right.

    Raises:
        AccountFrozenError: the person may only read.
        BadMailWordError: see `cleaned`.
        MailWordIsSecretError: it is the sign-in password, or six digits like a payment password.
    """
    plain = cleaned(word)
    person = guards.acting_person(actor)
    if is_pin(plain) or person.check_password(word) or person.check_password(plain):
        raise MailWordIsSecretError
    with transaction.atomic(durable=True):
        sealed = crypto.seal(
            person.id, table=_TABLE, column=_COLUMN, row=str(person.id), plain=plain.encode()
        )
        MailWord.objects.update_or_create(
            person_id=person.id, defaults={"sealed": sealed, "changed_at": now}
        )
        changes.note(actor=actor, action="identity.mail_word.set", event=CHANGED, now=now)
    return plain


def remove_word(*, actor: Actor, now: datetime) -> None:
    """Write mails without a word again; doing it twice changes nothing.

    Raises:
        AccountFrozenError: the person may only read.
    """
    action = "identity.mail_word.removed"
    changes.remove(MailWord, actor=actor, action=action, event=CHANGED, now=now)


def word_of(person_id: UUID) -> str:
    """Return the person's word, or "" when there is none.

    A seal that cannot be opened is logged and counts as none: a mail must not fail because of it.
    """
    row = MailWord.objects.filter(person_id=person_id).first()
    if row is None:
        return ""
    try:
        plain = crypto.unseal(
            person_id, table=_TABLE, column=_COLUMN, row=str(person_id), sealed=bytes(row.sealed)
        )
    except crypto.CryptoError:
        log.exception("the mail word of %s cannot be opened", encode("cus", person_id))
        return ""
    return plain.decode()


def has_word(person_id: UUID) -> bool:
    """Whether mails to the person carry a word."""
    return MailWord.objects.filter(person_id=person_id).exists()


def letterhead(*, recipient: str = "", person_id: UUID | None = None) -> str:
    """Return what stands at the top of a mail, in the language of its reader; "" without a word.

    Args:
        recipient: the address the mail goes to. Only its proven owner has a word there: nobody
            learns the word of a person by naming their address as one's own.
        person_id: instead, whose mail it is, where the address was theirs until now.
    """
    found = Person.objects.filter(is_active=True)
    if person_id is not None:
        person = found.filter(pk=person_id).first()
    else:
        owned = found.filter(email_index=recipient.strip().lower(), email_verified_at__isnull=False)
        person = owned.first()
    word = word_of(person.pk) if person is not None else ""
    if person is None or not word:
        return ""
    with translation.override(person.language):
        return _("Your word: %(word)s\nIt stands on top of every mail from OKPay.") % {"word": word}
