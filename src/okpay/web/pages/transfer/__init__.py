"""Paying a person: whom, how much, confirm, payment password, result."""
