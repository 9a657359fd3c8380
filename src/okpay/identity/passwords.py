"""Which sign-in passwords are accepted. No rules of composition: length and a block list."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from okpay.identity.models import Person

MIN_ALONE: Final = 15
MIN_WITH_SECOND_FACTOR: Final = 8
MAX: Final = 128
PAST_KEPT: Final = 5
MIN_DIFFERENT: Final = 5
SHORTEST_WORD: Final = 4
PRODUCT_WORDS: Final = ("okpay", "okwallet", "ok钱包")
_LETTERS_AND_DIGITS: Final = re.compile(r"[\W_]+")


class LengthRule:
    """At least 15 characters while no second factor exists, at most 128."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError when the password is too short or too long."""
        del user  # a second factor will lower the bound for those who have one
        if len(password) < MIN_ALONE:
            raise ValidationError(
                _("Use at least %(count)s characters. A few words in a row are easy to remember.")
                % {"count": MIN_ALONE},
                code="password_too_short",
            )
        if len(password) > MAX:
            raise ValidationError(
                _("Use at most %(count)s characters.") % {"count": MAX}, code="password_too_long"
            )

    def get_help_text(self) -> str:
        """Say the rule before it is broken."""
        return _("At least %(count)s characters.") % {"count": MIN_ALONE}


class BlockListRule(CommonPasswordValidator):
    """Not a well-known password, alone or repeated, and not one key pressed on and on."""

    def __init__(self, password_list_path: str | Path | None = None) -> None:
        """Keep the list's path; the list itself is read when first asked (it costs 2 MB)."""
        self.password_list_path = password_list_path or self.DEFAULT_PASSWORD_LIST_PATH

    @cached_property
    def passwords(self) -> set[str]:  # type: ignore[override]  # read when first needed
        """The block list of the framework, 20,000 passwords."""
        return CommonPasswordValidator(self.password_list_path).passwords

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError for what guessers try first."""
        del user
        plain = password.lower().strip()
        core = plain.rstrip("0123456789!?.@#$ ")
        guessed = {plain, core, _period(plain), _period(core)} & self.passwords
        if guessed or len(set(plain)) < MIN_DIFFERENT or _is_run(plain):
            raise ValidationError(
                _("This is one of the first passwords that are tried. Choose another one."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        """Say the rule before it is broken."""
        return _("Not a well-known password.")


class ContextRule:
    """Nothing that somebody who knows the person or the product would try."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raise ValidationError when a word that belongs to the person is part of the password."""
        plain = _LETTERS_AND_DIGITS.sub("", password.lower())
        if any(word in plain for word in context_words(user)):
            raise ValidationError(
                _("Leave out your name, your e-mail, your phone number and our name."),
                code="password_context",
            )

    def get_help_text(self) -> str:
        """Say the rule before it is broken."""
        return _("Without your name, e-mail, phone number or our name.")


def context_words(person: Person | None) -> Iterator[str]:
    """Yield the words that may not be part of this person's password, in lower case."""
    yield from PRODUCT_WORDS
    if person is None:
        return
    local = person.email.partition("@")[0].lower()
    for word in (_LETTERS_AND_DIGITS.sub("", local), *re.split(r"[\W_]+", local)):
        if len(word) >= SHORTEST_WORD:
            yield word
    for word in (*person.name.lower().split(), "".join(person.name.lower().split())):
        if len(word) >= SHORTEST_WORD or (len(word) > 1 and not word.isascii()):
            yield word
    if len(person.phone) > 8:  # noqa: PLR2004 — the last eight digits are the number itself
        yield person.phone[-8:]


def _period(text: str) -> str:
    """Return the shortest piece whose repetition is the text: abcabc → abc."""
    for size in range(1, len(text) // 2 + 1):
        if len(text) % size == 0 and text[:size] * (len(text) // size) == text:
            return text[:size]
    return text


def _is_run(text: str) -> bool:
    """Whether most neighbours differ by the same one step: 123456789012345, abcdefghijklmno."""
    steps = [ord(right) - ord(left) for left, right in pairwise(text)]
    return bool(steps) and max(steps.count(1), steps.count(-1)) * 4 >= len(steps) * 3
