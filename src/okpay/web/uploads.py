"""Files that are sent to the app: a written limit, held while they arrive."""

from __future__ import annotations

from typing import Any, Final

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

MOST: Final = 2_200_000  # bytes; a list of payments has at most 2 MB, and says so itself
# A phone's photo, sent as it is where no script makes it smaller; the check says so itself.
LARGER: Final = {"kyc_picture": 8_200_000}


class LimitedUpload(MemoryFileUploadHandler):
    """Keeps a file in memory, and stops reading a request whose file is too large."""

    def handle_raw_input(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 — as Django has it
        """Keep every file in memory; how much that is at most is decided while it arrives."""
        super().handle_raw_input(*given, **named)
        self.activated = True

    def _most(self) -> int:
        match = getattr(self.request, "resolver_match", None)
        return LARGER.get(match.url_name or "", MOST) if match else MOST

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:  # noqa: ANN401 — as Django has it
        """Take a piece of a file."""
        if start + len(raw_data) > self._most():
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)
