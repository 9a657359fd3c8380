"""Asking for money: the list, a new request, the answer to one, and one's own receive code."""
