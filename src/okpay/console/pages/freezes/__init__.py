"""Freezing accounts, and proposing to open them again."""
