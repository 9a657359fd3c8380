"""Accounts that their owners cannot get into: claims, compared by one, agreed to by another."""
