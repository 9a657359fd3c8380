"""Files that are sent to the app: a written limit, held while they arrive."""

from __future__ import annotations

from typing import Any, Final

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

MOST: Final = 2_200_000  # bytes; a list of payments has at most 2 MB, and says so itself


class LimitedUpload(MemoryFileUploadHandler):
    """Keeps a file in memory, and stops reading a request whose file is too large."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:  # noqa: ANN401 — as Django has it
        """Take a piece of a file."""
        if start + len(raw_data) > MOST:
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)
