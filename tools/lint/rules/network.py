"""OKP030: connections to the outside are opened by providers."""

from __future__ import annotations

from collections.abc import Iterator

from tools.lint.names import imported
from tools.lint.source import Remark, Rule, Source, product

CLIENTS = (
    "aiohttp aiosmtplib ftplib http.client httpcore httpx imaplib poplib requests smtplib "
    "socket telnetlib urllib.request urllib3 websocket websockets"
).split()
ALLOWED = ("src/okpay/sandbox", "src/okpay/embedded", "src/okpay/cli", "src/okpay/config")


def _applies(source: Source) -> bool:
    outside = {"providers", "chains"} & set(source.path.parts)
    return product(source) and not outside and not source.inside(*ALLOWED)


def _check(source: Source) -> Iterator[Remark]:
    for line, full, _ in imported(source.nodes):
        for client in CLIENTS:
            if full == client or full.startswith(client + "."):
                yield Remark(line, f"imports {client}; the outside is reached by providers/ only")


RULE = Rule(
    code="OKP030",
    name="network clients live in providers",
    why=(
        "Every outside party can be slow, fail and lie. What talks to one is a folder in\n"
        "`providers/` (or `chains/`) behind a Protocol that says when money may move."
    ),
    applies=_applies,
    check=_check,
)
