"""The first page: balances, what can be done, what waits, what happened last."""
