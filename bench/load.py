"""The load generator: keep-alive connections, one request in flight each, nothing spared.

Run as `python -m bench.load PORT CONNECTIONS SECONDS PLAN`; the plan file holds one line a payer
(token and, behind a tab, the payee's address). Prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Final, cast

import uvloop

HEAD: Final = (
    "POST /v1/transfers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    "Accept-Language: en\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n"
    "Content-Length: {length}\r\n\r\n{body}"
)
BODY: Final = '{{"payee":{{"id":"{payee}"}},"amount":"0.01","currency":"CNY","memo":"bench"}}'


class Client(asyncio.Protocol):
    """One connection that sends the next request when the answer to the last is complete."""

    def __init__(self, plan: list[tuple[str, str]], until: float, done: asyncio.Event) -> None:
        """Take the payers to draw from and the time to end."""
        self.plan = plan
        self.until = until
        self.done = done
        self.latencies: list[float] = []
        self.statuses: dict[int, int] = {}
        self.buffer = b""
        self.began = 0.0
        self.number = 0
        self.name = os.urandom(8).hex()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self.ask()

    def connection_lost(self, _error: Exception | None) -> None:
        """Note a connection that broke, so that nobody waits for it."""
        if not self.done.is_set():
            self.statuses[0] = self.statuses.get(0, 0) + 1
            self.latencies.append(0.0)
            self.done.set()

    def ask(self) -> None:
        """Send one transfer."""
        token, payee = random.choice(self.plan)  # noqa: S311 — any payer will do
        self.number += 1
        body = BODY.format(payee=payee)
        key = f"{self.name}-{self.number}"
        text = HEAD.format(token=token, key=key, length=len(body), body=body)
        self.began = time.perf_counter()
        self.transport.write(text.encode())

    def data_received(self, data: bytes) -> None:
        """Collect an answer; when it is whole, note how long it took and send the next."""
        self.buffer += data
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap:
            return
        place = head.lower().find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        now = time.perf_counter()
        self.latencies.append(now - self.began)
        status = int(head[9:12])
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.buffer = body[length:]
        if now < self.until:
            self.ask()
        else:
            self.done.set()
            self.transport.close()


async def measure(port: int, connections: int, seconds: float, plan: list[tuple[str, str]]) -> str:
    """Run the load and return the figures."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    clients = [Client(plan, began + seconds, asyncio.Event()) for _ in range(connections)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)  # type: ignore[misc]  # bound on purpose
    await asyncio.gather(*(client.done.wait() for client in clients))
    taken = time.perf_counter() - began
    latencies = sorted(one for client in clients for one in client.latencies)
    statuses: dict[int, int] = {}
    for client in clients:
        for status, count in client.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return json.dumps(
        {
            "per_second": statuses.get(201, 0) / taken,
            "p50_ms": latencies[len(latencies) // 2] * 1000,
            "p99_ms": latencies[len(latencies) * 99 // 100] * 1000,
            "statuses": statuses,
        }
    )


def main() -> None:
    """Read the arguments and print the figures."""
    port, connections, seconds, path = sys.argv[1:5]
    rows = Path(path).read_text(encoding="ascii").split()
    plan = list(zip(rows[::2], rows[1::2], strict=True))
    print(uvloop.run(measure(int(port), int(connections), float(seconds), plan)))


if __name__ == "__main__":
    main()
