"""Refusals: one class, one stable code, plain words, a cause, and a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

WORDS: Final[dict[str, type[Worded]]] = {}  # everything that is said under a code
CATALOGUE: Final[dict[str, type[DomainError]]] = {}  # the refusals among it


class Worded(Exception):  # noqa: N818 — what has words; only refusals are errors
    """Something that people and programs are told under a stable code, and can act on.

    Attributes:
        code: stable for ever, the same in app, API, webhook and ticket.
        status: the HTTP status the API answers with.
        title: what happened, in a few words.
        message: what happened to the money and why; `%(name)s` places take `params`.
        remedy: what to do next.
        remedy_url_name: the page where that is done, or "".
    """

    code: ClassVar[str] = ""
    status: ClassVar[int] = 422
    title: ClassVar[_StrOrPromise] = ""
    message: ClassVar[_StrOrPromise] = ""
    cause: ClassVar[_StrOrPromise] = ""
    remedy: ClassVar[_StrOrPromise] = ""
    remedy_url_name: ClassVar[str] = ""

    def __init__(self, **params: object) -> None:
        """Keep the parameters of the message; values must be plain data."""
        super().__init__(self.code)
        self.params = params

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Enter the class under its code; pages and API documents are made from there."""
        super().__init_subclass__(**kwargs)
        if cls.code:
            known = WORDS.setdefault(cls.code, cls)
            if known is not cls and known.__qualname__ != cls.__qualname__:
                message = f"error code {cls.code} is defined twice: {known}, {cls}"
                raise RuntimeError(message)

    def places(self) -> dict[str, object]:
        """Return what fills the places of the message: the parameters, in words where needed."""
        return self.params

    def text(self) -> str:
        """Return the message in the current language with its places filled."""
        message = str(self.message)
        return message % self.places() if self.params else message


class DomainError(Worded):
    """A refusal: whatever was wished was not done, and nothing of it will be."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Enter the refusal in the catalogue, by which answers are read back."""
        super().__init_subclass__(**kwargs)
        if cls.code:
            CATALOGUE[cls.code] = cls
