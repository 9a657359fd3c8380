"""A TCP proxy between the product and PostgreSQL that can make the network as bad as it gets.

It listens on loopback and forwards to the server's Unix socket, in a thread with an event loop of
its own. What is set holds for every connection until it is set back by `heal`.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

CHUNK: Final = 65_536
COMMITTED: Final = b"C\x00\x00\x00\x0bCOMMIT\x00"  # CommandComplete: the server has committed
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER on, 0 s: closing sends RST, as a dead host does


@dataclass(frozen=True)
class Weather:
    """How bad it is. All at rest: everything passes at once.

    Attributes:
        delay: seconds that each piece waits, in either direction.
        rate: bytes a second in each direction of each connection; 0 is no bound.
        cut_after: bytes of replies after which a connection is cut in the middle; 0 is never.
        lose_commits: replies to a COMMIT are dropped, then the connection is cut: the server has
            committed, the client cannot know.
        silent: nothing passes in either direction, and nobody is told (half-open).
        refuse: new connections are reset at once.
    """

    delay: float = 0
    rate: int = 0
    cut_after: int = 0
    lose_commits: bool = False
    silent: bool = False
    refuse: bool = False


class Link:
    """One connection through the proxy: the client's side and the server's."""

    def __init__(self, proxy: FaultProxy, client: asyncio.StreamWriter) -> None:
        self.proxy = proxy
        self.client = client
        self.server: asyncio.StreamWriter | None = None
        self.replied = 0

    def cut(self) -> None:
        """End both sides at once, the client's with a reset."""
        raw = self.client.get_extra_info("socket")
        with contextlib.suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.client.transport.abort()
        if self.server is not None:
            self.server.transport.abort()

    async def forward(self, source: asyncio.StreamReader, *, replies: bool) -> None:
        """Carry bytes one way until either side ends."""
        while True:
            data = await source.read(CHUNK)
            if not data:
                break
            weather = self.proxy.weather
            await self.proxy.calm.wait()
            if weather.delay:
                await asyncio.sleep(weather.delay)
            if weather.rate:
                await asyncio.sleep(len(data) / weather.rate)
            if not self._passes(data, replies=replies) or not await self._hand_on(data, replies):
                return

    async def _hand_on(self, data: bytes, replies: bool) -> bool:  # noqa: FBT001 — which way it goes
        target = self.client if replies else self.server
        if target is None or target.is_closing():
            return False
        target.write(data)
        await target.drain()
        return True

    def _passes(self, data: bytes, *, replies: bool) -> bool:
        weather = self.proxy.weather
        if not replies:
            return True
        if weather.lose_commits and COMMITTED in data:
            self.proxy.lost += 1
            self.cut()
            return False
        self.replied += len(data)
        if weather.cut_after and self.replied > weather.cut_after:
            self.proxy.cuts += 1
            self.client.write(data[: len(data) // 2])
            asyncio.get_running_loop().call_later(0.01, self.cut)
            return False
        return True


class FaultProxy:
    """Listens on `port`; forwards to the Unix socket at `target`."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.port = 0
        self.weather = Weather()
        self.links: set[Link] = set()
        self.lost = 0  # replies to a COMMIT that were dropped
        self.cuts = 0  # connections that were cut in the middle of a reply
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault-proxy", daemon=True)

    def start(self) -> int:
        """Begin to listen and return the port."""
        self._thread.start()
        self._ready.wait(10)
        return self.port

    def stop(self) -> None:
        """Cut everything and end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def set(self, weather: Weather) -> None:
        """Change the weather for all connections, from any thread."""
        self._call(lambda: self._set(weather))

    def heal(self) -> None:
        """Let everything pass again. What was silenced is cut, as a host that rebooted would."""
        silenced = self.weather.silent
        self.set(Weather())
        if silenced:
            self.cut_all()

    def cut_all(self) -> None:
        """Cut every connection that is open now."""
        self._call(self._cut_all)

    def _cut_all(self) -> None:
        for link in list(self.links):
            link.cut()

    def _call(self, work: Callable[[], None]) -> None:
        done = threading.Event()

        def run() -> None:
            work()
            done.set()

        self._loop.call_soon_threadsafe(run)
        done.wait(5)

    def _set(self, weather: Weather) -> None:
        for link in self.links:
            link.replied = 0
        self.weather = replace(weather)
        if weather.silent:
            self.calm.clear()
        else:
            self.calm.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self.calm = asyncio.Event()
        self.calm.set()
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=256)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._cut_all()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(self, writer)
        self.links.add(link)
        try:
            if self.weather.refuse:
                link.cut()
                return
            await self.calm.wait()
            back, link.server = await asyncio.open_unix_connection(self.target)
            ways = [
                asyncio.ensure_future(link.forward(reader, replies=False)),
                asyncio.ensure_future(link.forward(back, replies=True)),
            ]
            _, rest = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in rest:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):  # the server is away, or we end
            link.cut()
        finally:
            self.links.discard(link)
            for side in (link.client, link.server):
                if side is not None:
                    side.close()
