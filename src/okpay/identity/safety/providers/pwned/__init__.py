"""Pwned Passwords: the range API of haveibeenpwned.com, or a mirror of the operator's own."""
