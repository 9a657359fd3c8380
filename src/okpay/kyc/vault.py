"""What is personal, encrypted under the person's own key; and the marks by which it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from okpay.kernel import crypto

if TYPE_CHECKING:
    from uuid import UUID

    from okpay.kyc.models import Answer, Picture

BANDS: Final = 16  # parts of a look, each with a mark of its own
BITS: Final = 16
ALIKE: Final = 20  # of 256 bits may differ between two takes of one picture
_MARK: Final = 32  # hexadecimal digits kept


def register() -> None:
    """Declare the sealed columns, so that a change of keys finds them."""
    crypto.register("kyc_picture", "sealed")
    crypto.register("kyc_picture", "look")
    crypto.register("kyc_answer", "sealed")


def seal_text(person_id: UUID, answer_id: UUID, text: str) -> bytes:
    """Seal what was typed into a field."""
    return crypto.seal(
        person_id, table="kyc_answer", column="sealed", row=str(answer_id), plain=text.encode()
    )


def text_of(answer: Answer) -> str:
    """Open an answer; "" once the person's keys were destroyed."""
    try:
        return crypto.unseal(
            answer.person_id,
            table="kyc_answer",
            column="sealed",
            row=str(answer.id),
            sealed=bytes(answer.sealed),
        ).decode()
    except crypto.ShreddedError:
        return ""


def seal_picture(person_id: UUID, picture_id: UUID, column: str, plain: bytes) -> bytes:
    """Seal a picture's bytes (`sealed`) or its print (`look`)."""
    return crypto.seal(
        person_id, table="kyc_picture", column=column, row=str(picture_id), plain=plain
    )


def bytes_of(picture: Picture, column: str = "sealed") -> bytes:
    """Open a picture's bytes or its print.

    Raises:
        ShreddedError: the person's keys were destroyed.
    """
    return crypto.unseal(
        picture.person_id,
        table="kyc_picture",
        column=column,
        row=str(picture.id),
        sealed=bytes(getattr(picture, column)),
    )


def number_mark(kind: str, number: str) -> str:
    """Return the blind index of a document's number of one kind (`Document.number`)."""
    return crypto.blind("id_number", f"{kind}|{number}").hex()


def look_marks(look: int) -> list[str]:
    """Return the blind indexes of a look: two that are nearly alike share at least one."""
    bands = ((at, look >> (at * BITS) & 0xFFFF) for at in range(BANDS))
    return [crypto.blind("picture", f"{at}|{band}").hex()[:_MARK] for at, band in bands]


def alike(first: int, second: int) -> bool:
    """Whether two looks are of one picture."""
    return (first ^ second).bit_count() <= ALIKE
