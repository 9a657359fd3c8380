"""What can stand in the way of a start, each with one sentence for the person who typed it."""

from __future__ import annotations


class EmbeddedError(Exception):
    """Base of all refusals here; ``str(error)`` is the whole sentence to show."""


class BinariesMissingError(EmbeddedError):
    """No usable PostgreSQL programs on this machine."""


class FolderUnusableError(EmbeddedError):
    """The state folder cannot be written, owned or reached."""


class ForeignDataError(EmbeddedError):
    """The data directory is not one that we made, or belongs to somebody else."""


class VersionMismatchError(EmbeddedError):
    """The data directory was made by a major version whose programs are not here."""


class UnsafeSettingError(EmbeddedError):
    """The running server says that an acknowledged commit might be lost."""


class WrongLocaleError(EmbeddedError):
    """The database sorts text by rules that may change under its indexes."""


class AlreadyOwnedError(EmbeddedError):
    """Another process has this state folder."""


class StartFailedError(EmbeddedError):
    """The server ended before it was ready."""


class StopFailedError(EmbeddedError):
    """The server did not end in time."""
