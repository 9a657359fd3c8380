"""Read what came from outside, strictly: nothing is coerced, repaired or ignored."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from okpay.api.errors import (
    ExtraForbiddenError,
    InvalidJsonError,
    InvalidRequestError,
    ResourceNotFoundError,
)
from okpay.kernel.ids import BadIdError, decode

MAX_BODY: Final = 16_384  # bytes; the largest documented request is below 2,000
MAX_PARAMETERS: Final = 20

Shape = TypeVar("Shape", bound=msgspec.Struct)
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*?)`")
_MISSING: Final = re.compile(r"Object missing required field `(.*?)`")
_PLACE: Final = re.compile(r" - at `\$(.*?)`$")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", re.ASCII)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_STEP: Final = re.compile(r"\.([^.\[]+)|\[([0-9]+|\.\.\.)\]")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that names a key twice: two readers could take different ones."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidJsonError
    return found


def _no_constant(_name: str) -> NoReturn:
    """Refuse NaN and Infinity, which are no JSON (RFC 8259 §6)."""
    raise InvalidJsonError


_decode: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant).decode


def read_json(raw: bytes, shape: type[Shape]) -> Shape:
    """Read a body into its documented shape.

    Raises:
        InvalidJsonError: no JSON object, a name twice, NaN, bad UTF-8, nested too deep.
        ExtraForbiddenError: an unknown field.
        InvalidRequestError: a field is missing or of another type or form.
    """
    try:
        plain = _decode(raw.decode())
    except (ValueError, RecursionError) as error:
        raise InvalidJsonError from error
    if not isinstance(plain, dict):
        raise InvalidJsonError
    if b"\\u" in raw:  # UTF-8 holds no half surrogate, and JSON no bare control character
        _refuse_characters(repr_of_texts(plain))
    return _shaped(plain, shape, strict=True)


def read_query(query: bytes, shape: type[Shape]) -> Shape:
    """Read a query string into its documented shape.

    Raises:
        ExtraForbiddenError: an unknown parameter.
        InvalidRequestError: a parameter twice, or of another form.
    """
    try:
        pairs = parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(query),
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError as error:
        raise InvalidRequestError(fields=[("", "the query string cannot be read")]) from error
    values = dict(pairs)
    _refuse_characters(repr_of_texts(values))
    if len(values) != len(pairs):
        raise InvalidRequestError(fields=[("", "a parameter stands twice")])
    found = _shaped(values, shape, strict=False)
    for field in msgspec.structs.fields(shape):
        _refuse_repaired(field.encode_name, values, getattr(found, field.name))
    return found


def _refuse_repaired(name: str, values: dict[str, str], read: object) -> None:
    """Refuse what the lax reading of texts lets pass: `1e1`, `null`, a number for a date."""
    if name not in values:
        return
    text = values[name]
    repaired = (
        read is None
        or (isinstance(read, int) and text != str(read))
        or (isinstance(read, datetime) and _DATE.match(text) is None)
    )
    if repaired:
        raise InvalidRequestError(param=name, fields=[(f"/{name}", "not in the documented form")])


def _shaped(plain: dict[str, Any], shape: type[Shape], *, strict: bool) -> Shape:
    try:
        found = msgspec.convert(plain, shape, strict=strict)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from error
    return found


def _refuse_characters(texts: str) -> None:
    """Refuse what neither the database nor an answer can hold."""
    if "\x00" in texts:
        raise InvalidRequestError(fields=[("", "a text contains U+0000")])
    if _SURROGATE.search(texts):
        raise InvalidRequestError(fields=[("", "a text contains half of a surrogate pair")])


def repr_of_texts(plain: Any) -> str:  # noqa: ANN401 — anything that JSON can be
    """Return all texts of a value joined, names too, so that one look finds a bad character.

    However deep it is nested: it is read before its shape is checked.
    """
    found, left = [], [plain]
    while left:
        part = left.pop()
        if isinstance(part, str):
            found.append(part)
        elif isinstance(part, dict):
            left += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            left += part
    return "".join(found)


def _refusal(text: str) -> InvalidRequestError | ExtraForbiddenError:
    """Turn msgspec's sentence into a pointer (RFC 6901) and a reason."""
    place = _PLACE.search(text)
    pointer = pointer_of(place.group(1)) if place else ""
    reason = _PLACE.sub("", text)
    unknown, missing = _UNKNOWN.search(reason), _MISSING.search(reason)
    name = unknown or missing
    if name:
        pointer = f"{pointer}/{_escaped(name.group(1))}"
    param = pointer.split("/")[1] if pointer else ""
    kind = ExtraForbiddenError if unknown else InvalidRequestError
    return kind(param=param, fields=[(pointer, reason)])


def pointer_of(place: str) -> str:
    """Turn `.payee.email` or `[0]` into a JSON Pointer."""
    steps = (found.group(1) or found.group(2) for found in _STEP.finditer(place))
    return "".join(f"/{_escaped(step)}" for step in steps)


def _escaped(step: str) -> str:
    return step[:80].replace("~", "~0").replace("/", "~1")


def read_id(text: str, *prefixes: str) -> UUID:
    """Read the id in an address; one of another form is simply not there.

    Raises:
        ResourceNotFoundError: not an id of this kind.
    """
    try:
        return decode(text, *prefixes)
    except BadIdError as error:
        raise ResourceNotFoundError from error
