"""Which columns hold sealed values; rotation finds them here, and nothing else may be sealed."""

from __future__ import annotations

from dataclasses import dataclass

from okpay.kernel.crypto.errors import NotRegisteredError


@dataclass(frozen=True, slots=True)
class Column:
    """A sealed column. `subject` is the SQL column of the owner, or "" for the house's."""

    table: str
    column: str
    key: str
    subject: str


_columns: dict[tuple[str, str], Column] = {}


def register(table: str, column: str, *, key: str = "id", subject: str = "person_id") -> None:
    """Declare a sealed column; call it in the app's `AppConfig.ready`.

    `key` is the primary key, or unique and never changed: the `row` given to `seal` must be
    `str()` of its value. `subject` is the column with the UUID of the person whose key seals; ""
    means `HOUSE`.

    Raises:
        ValueError: a name is not plain SQL.
    """
    for name in (table, column, key, *([subject] if subject else [])):
        if not name.isascii() or not name.isidentifier():
            raise ValueError(name)
    _columns[table, column] = Column(table, column, key, subject)


def columns() -> list[Column]:
    """Return every sealed column, in a fixed order."""
    return [_columns[name] for name in sorted(_columns)]


def require(table: str, column: str) -> None:
    """Assert that a column is registered.

    Raises:
        NotRegisteredError: it is not, and rotation would lose what it holds.
    """
    if (table, column) not in _columns:
        raise NotRegisteredError(f"{table}.{column}: call okpay.kernel.crypto.register first")
