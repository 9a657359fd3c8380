"""Customers: finding one, and everything about one, masked."""
