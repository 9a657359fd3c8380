"""Leaving: a copy of one's own data, closing, and forgetting when the law lets us."""
