"""Manual adjustments: staff correct a customer's balance, two people each time.

`operations` proposes and books, `kind` is what the second person decides, `caps` says how much.
"""

from __future__ import annotations

from okpay.payments.adjustments.causes import Cause, Way
from okpay.payments.adjustments.operations import Wish, propose_adjustment

__all__ = ["Cause", "Way", "Wish", "propose_adjustment"]
