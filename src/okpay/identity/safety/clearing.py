"""Taking mail word and questions out of force, when an owner takes a stolen account back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from okpay.identity.hooks import SecurityEvent
from okpay.identity.safety import changes
from okpay.identity.safety.models import MailWord, SecurityQuestion

if TYPE_CHECKING:
    from datetime import datetime

    from okpay.kernel.actor import Actor

_CHOSEN: Final = (
    (MailWord, "mail_word", SecurityEvent.MAIL_WORD_CHANGED),
    (SecurityQuestion, "questions", SecurityEvent.QUESTIONS_CHANGED),
)


def remove_all(*, actor: Actor, now: datetime) -> list[str]:
    """Remove the word in our mails and the security questions; returns which of them there were.

    No face calls this: the caller has proven that the owner acts, who is frozen and so can change
    nothing. Whoever stole the account may have chosen both: with the word they write mails that
    look right, with the questions they keep the owner out of a recovery. Doing it again changes
    nothing.
    """
    person_id, gone = actor.require_person(), []
    with transaction.atomic():
        for model, name, event in _CHOSEN:
            if model.objects.filter(person_id=person_id).delete()[0]:
                changes.note(actor=actor, action=f"identity.{name}.removed", event=event, now=now)
                gone.append(name)
    return gone
