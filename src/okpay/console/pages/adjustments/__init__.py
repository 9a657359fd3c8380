"""Correcting a customer's balance by hand."""
