"""How much work a picture asks for, read from its file before anything of it is decoded.

A small file can ask for minutes: a progressive JPEG repeats its scans (libjpeg-turbo, "Two Issues
with the JPEG Standard"), a PNG its chunks. Both are counted, and too many are refused.
"""

from __future__ import annotations

import re
from typing import Final

from okpay.kyc.errors import PictureTooIntricateError, PictureUnreadableError

MOST_SCANS: Final = 64  # encoders write about 10
MOST_SEGMENTS: Final = 2_000  # tables, colour profile, metadata in pieces of 64 kB
MOST_CHUNKS: Final = 10_000  # encoders write pieces of 4 or 8 kB

_SOS, _EOI, _LENGTH_BYTES = 0xDA, 0xD9, 2
# Start of image, of data, reserved markers: in the middle of a file libjpeg stops at them too.
_LENGTHS: Final = frozenset({*range(0xC0, 0xC8), *range(0xC9, 0xD0), *range(0xDA, 0xDE)}) | {
    *range(0xE0, 0xF0),
    0xFE,
}
# Within entropy-coded data FF 00 is a byte and FF D0–D7 a restart (ITU-T T.81, B.1.1); FF FF pads.
_MARKER: Final = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")


def hold_jpeg(raw: bytes) -> None:
    """Walk the segments of a JPEG as its decoder does, up to the end of the image.

    Raises:
        PictureTooIntricateError: more than `MOST_SCANS` scans or `MOST_SEGMENTS` segments.
        PictureUnreadableError: a marker or a length that no photo has.
    """
    scans = segments = 0
    at = 2  # behind the start of the image, which `sniff` has seen
    while (found := _MARKER.search(raw, at)) is not None:
        marker = found.group(1)[0]
        if marker == _EOI:
            return
        segments, scans = segments + 1, scans + (marker == _SOS)
        if scans > MOST_SCANS or segments > MOST_SEGMENTS:
            raise PictureTooIntricateError
        length = int.from_bytes(raw[found.end() : found.end() + _LENGTH_BYTES], "big")
        if marker not in _LENGTHS or length < _LENGTH_BYTES:
            raise PictureUnreadableError
        at = found.end() + length


def hold_png(raw: bytes) -> None:
    """Count the chunks of a PNG (ISO/IEC 15948, 5.3): length, name, body, checksum.

    Raises:
        PictureTooIntricateError: more than `MOST_CHUNKS`.
    """
    at, chunks = 8, 0
    while at < len(raw) and raw[at + 4 : at + 8] != b"IEND":
        chunks += 1
        if chunks > MOST_CHUNKS:
            raise PictureTooIntricateError
        at += 12 + int.from_bytes(raw[at : at + 4], "big")
