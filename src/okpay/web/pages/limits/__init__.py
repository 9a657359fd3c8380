"""Limits and what each level may do."""
