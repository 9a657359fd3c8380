"""Wait, beside the main loop, until a face answers its first request."""

from __future__ import annotations

import http.client
import threading
import time
from urllib.parse import urlsplit

from okpay.cli.supervisor.children import Child

_PAUSE = 0.05
_PATIENCE = 60.0


def watch(child: Child) -> threading.Thread | None:
    """Set ``child.ready`` at its first answer; None where its first word must do."""
    if not child.face.url:
        return None
    thread = threading.Thread(target=_ask, args=[child], daemon=True)
    thread.start()
    return thread


def _ask(child: Child) -> None:
    parts = urlsplit(child.face.url)
    while not child.ready:
        link = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
        try:
            link.request("GET", parts.path, headers={"Host": parts.netloc, "Connection": "close"})
            link.getresponse()
            child.ready = True
        except (OSError, http.client.HTTPException):
            time.sleep(_PAUSE)
        finally:
            link.close()
