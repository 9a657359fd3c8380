"""A picture from outside becomes one of ours: sniffed, measured, decoded, drawn anew.

Nothing of the file is believed: not its name, not its type, not its size in pixels before that is
read from the header. What is stored was drawn by us, so metadata (EXIF, GPS) and trailing bytes
are gone (security.md; OWASP File Upload).
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Final

from PIL import Image, ImageFilter, ImageOps, ImageStat

from okpay.kyc.checks import structure
from okpay.kyc.errors import (
    FileTypeRefusedError,
    PictureTooIntricateError,
    PictureTooLargeError,
    PictureTooSmallError,
    PictureUnreadableError,
    TooManyUploadsError,
)

MOST_BYTES: Final = 8_000_000
LEAST_SIDE: Final = 400  # pixels; below it nobody can read a card
MOST_SIDE: Final = 12_000
MOST_PIXELS: Final = {"JPEG": 26_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
KEPT_SIDE: Final = 2_000
QUALITY: Final = 86
PRINT_SIDE: Final = 16
BLURRED_BELOW: Final = 60.0  # variance of the Laplacian, at 640 pixels
GLARE_ABOVE: Final = 0.25  # share of pixels that are burnt out
AT_ONCE: Final = 1  # pictures decoded at the same time by one process: a bound on memory
TURN: Final = 10  # seconds to wait for it

_MAGIC: Final = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"))
_HOLDS: Final = {"JPEG": structure.hold_jpeg, "PNG": structure.hold_png}
_LAPLACE: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), 1, 128)
_turns: Final = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture that we drew: JPEG without metadata, its look as 256 bits, its quality."""

    body: bytes
    width: int
    height: int
    look: int
    blurred: bool
    glare: bool


def sniff(raw: bytes) -> str:
    """Tell JPEG, PNG or WEBP by the first bytes.

    Raises:
        FileTypeRefusedError: anything else, PDF and archives too.
    """
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "WEBP"
    for magic, kind in _MAGIC:
        if raw.startswith(magic):
            return kind
    raise FileTypeRefusedError


def clean(raw: bytes) -> Clean:
    """Check a file and draw it anew.

    Raises:
        FileTypeRefusedError: it is no picture that we take.
        PictureTooLargeError, PictureTooSmallError: bytes or pixels, before anything is decoded.
        PictureTooIntricateError: more scans, chunks or frames than a photo has, likewise before.
        PictureUnreadableError: cut off or broken.
        TooManyUploadsError: this process is busy with others; try again.
    """
    if len(raw) > MOST_BYTES:
        raise PictureTooLargeError
    kind = sniff(raw)
    if kind in _HOLDS:
        _HOLDS[kind](raw)  # before the turn: what is refused here keeps nobody waiting
    if not _turns.acquire(timeout=TURN):
        raise TooManyUploadsError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks about strange metadata, which goes anyway
            return _drawn(raw, kind)
    except Image.DecompressionBombError as error:
        raise PictureTooLargeError from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise PictureUnreadableError from error
    finally:
        _turns.release()


def _drawn(raw: bytes, kind: str) -> Clean:
    with Image.open(io.BytesIO(raw), formats=[kind]) as opened:
        _measure(opened.width, opened.height, kind)
        # A JPEG may carry further ones behind it (depth, brightness); only the first is read.
        if kind != "JPEG" and getattr(opened, "n_frames", 1) > 1:
            raise PictureTooIntricateError
        opened.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a large JPEG is decoded small at once
        turned = ImageOps.exif_transpose(opened)
        picture = turned.convert("RGB")
    picture.thumbnail((KEPT_SIDE, KEPT_SIDE))
    grey = picture.convert("L")
    small = grey.copy()
    small.thumbnail((640, 640))
    out = io.BytesIO()
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Clean(
        body=out.getvalue(),
        width=picture.width,
        height=picture.height,
        look=look_of(grey),
        blurred=_sharpness(small) < BLURRED_BELOW,
        glare=_burnt(small) > GLARE_ABOVE,
    )


def _measure(width: int, height: int, kind: str) -> None:
    if min(width, height) < LEAST_SIDE:
        raise PictureTooSmallError
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS[kind]:
        raise PictureTooLargeError


def _sharpness(grey: Image.Image) -> float:
    edges = grey.filter(_LAPLACE)
    inner = edges.crop((1, 1, edges.width - 1, edges.height - 1))  # the outermost is not filtered
    return float(ImageStat.Stat(inner).var[0])


def _burnt(grey: Image.Image) -> float:
    return sum(grey.histogram()[252:]) / (grey.width * grey.height)


def look_of(grey: Image.Image) -> int:
    """Return the 256 bits of a difference hash: is each spot lighter than its right neighbour."""
    tiny = grey.resize((PRINT_SIDE + 1, PRINT_SIDE), Image.Resampling.BOX)
    values, bits = tiny.tobytes(), 0
    for row in range(PRINT_SIDE):
        for column in range(PRINT_SIDE):
            at = row * (PRINT_SIDE + 1) + column
            bits = bits << 1 | (values[at] > values[at + 1])
    return bits
