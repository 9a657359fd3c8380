"""Proof of liabilities: a daily, signed total of all customers' money that each can check."""
