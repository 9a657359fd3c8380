"""The sandbox's tests run against the sandbox as a process."""

from __future__ import annotations

from tests.sandbox.box import box, running_box

__all__ = ["box", "running_box"]
