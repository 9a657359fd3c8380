"""The processes of the product: what each is called, how it is started, where it answers."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from okpay.config.env import ENV

# Requests in flight may finish; after so many seconds a stopping server ends the rest.
GRACE = 10
# What serves is a child of the server's own; killed, it is there again without a new server.
_GRANIAN = (
    *("-m", "granian", "--workers", "1", "--http", "1", "--no-ws", "--log-level", "warning"),
    "--respawn-failed-workers",
)


@dataclass(frozen=True)
class Face:
    """One process. ``port`` is None where nothing is answered (the worker).

    ``url`` is asked until it answers; any answer will do.
    """

    name: str
    arguments: tuple[str, ...]
    port: int | None = None
    setting: str = ""
    url: str = ""

    @property
    def command(self) -> list[str]:
        """The command line, run by this very Python."""
        return [sys.executable, *self.arguments]


def faces() -> dict[str, Face]:
    """Return all of them in the order in which they start; they stop in this order too."""
    shown = "127.0.0.1" if ENV.host in {"0.0.0.0", "::"} else ENV.host  # noqa: S104 — compared, not bound
    made = (
        _served("web", "wsgi", "okpay.config.wsgi:application", ENV.web_port, shown),
        _served("api", "asgi", "okpay.api.app:app", ENV.api_port, shown),
        Face("worker", ("-m", "okpay.cli.worker")),
        _served("sandbox", "asgi", "okpay.sandbox.app:app", ENV.sandbox_port, shown),
    )
    wanted = [one for one in made if not (ENV.production and one.name == "sandbox")]
    return {one.name: one for one in wanted}


def _served(name: str, interface: str, target: str, port: int, shown: str) -> Face:
    threads = ("--blocking-threads", "8") if interface == "wsgi" else ("--loop", "uvloop")
    arguments = (
        *_GRANIAN,
        *("--interface", interface, "--host", ENV.host, "--port", str(port)),
        *("--workers-kill-timeout", str(GRACE)),
        *threads,
        target,
    )
    host = f"[{shown}]" if ":" in shown else shown
    setting = f"OKPAY_{name.upper()}_PORT"
    asked = "/health/live" if name == "api" else "/"  # the API has no page, and logs who looks
    return Face(name, arguments, port=port, setting=setting, url=f"http://{host}:{port}{asked}")
