"""Files that are sent to the app: a written limit for the whole request, held before it is read.

The token against forged forms stands in the body, so a body is read before it is known whether
its sender may see the page. What is read of it is therefore bounded by the page, and by whether
somebody is signed in at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadhandler import MemoryFileUploadHandler

if TYPE_CHECKING:
    from django.http import HttpRequest

AROUND: Final = 64_000  # bytes: the other fields of the form, and what stands between them


@dataclass(frozen=True, slots=True)
class Room:
    """What a page takes: bytes of all files together, how many files, bytes of the request."""

    most: int
    files: int
    whole: int


# By the name of the page. A list of payments has at most 2 MB, and says so itself; a phone's photo
# is sent as it is where no script makes it smaller, and the check says so itself.
PAGES: Final = {
    "payouts": Room(2_200_000, 1, 2_200_000 + AROUND),
    "kyc_picture": Room(8_200_000, 1, 8_200_000 + AROUND),
    "regain_show": Room(16_400_000, 2, 16_400_000 + AROUND),
}
# In the session of a browser that has proven an address to write to, and may show a document.
REGAIN_PROVEN: Final = "okpay_regain_proven"


def room_of(request: HttpRequest) -> Room:
    """Return what this request may carry; a file only on a page for one, of somebody known.

    That is who is signed in; or, where an account is claimed, who has proven an address.
    """
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    claims = name == "regain_show" and request.session.get(REGAIN_PROVEN, False)
    room = PAGES.get(name)
    if room is None or not (claims or request.user.is_authenticated):
        return Room(0, 0, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return room


class LimitedUpload(MemoryFileUploadHandler):
    """Keeps files in memory; refuses a request that is larger than its page needs."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._room = Room(0, 0, 0)
        self._files = self._taken = 0

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ANN401 — as Django has it
        META: Any,  # noqa: ANN401, N803 — as Django has it
        content_length: int | None,
        boundary: Any,  # noqa: ANN401 — as Django has it
        encoding: Any = None,  # noqa: ANN401 — as Django has it
    ) -> Any:  # noqa: ANN401 — as Django has it
        """Refuse by the length that was declared, before a byte is read; the server holds to it.

        Raises:
            RequestDataTooBig: the length is not declared, or more than the page takes.
        """
        if self.request is not None:
            self._room = room_of(self.request)
        if content_length is None or not 0 <= content_length <= self._room.whole:
            raise RequestDataTooBig
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)
        self.activated = True

    def new_file(self, *given: Any, **named: Any) -> None:
        """Begin a file.

        Raises:
            TooManyFilesSent: more than the page takes.
        """
        self._files += 1
        if self._files > self._room.files:
            raise TooManyFilesSent
        super().new_file(*given, **named)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:  # noqa: ANN401 — as Django has it
        """Take a piece of a file.

        Raises:
            RequestDataTooBig: all files together are more than the page takes.
        """
        self._taken += len(raw_data)
        if self._taken > self._room.most:
            raise RequestDataTooBig
        return super().receive_data_chunk(raw_data, start)
