"""Proof of funds: the customer's own check, the published totals, balances of the past."""
