"""A whole town on `decide` alone: people, days, faults, and rules checked every evening."""

from __future__ import annotations

from okpay.payments.simulation.run import Report, simulate

__all__ = ["Report", "simulate"]
