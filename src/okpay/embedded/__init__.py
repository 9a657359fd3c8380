"""An embedded PostgreSQL with a lifecycle of our own."""

from __future__ import annotations

from okpay.embedded.cluster import (
    Cluster,
    Options,
    Status,
    address,
    remove,
    start,
    status,
    stop,
    temporary,
)
from okpay.embedded.errors import EmbeddedError

__all__ = [
    "Cluster",
    "EmbeddedError",
    "Options",
    "Status",
    "address",
    "remove",
    "start",
    "status",
    "stop",
    "temporary",
]
