"""Money from outside: top-ups by card, and who carries them."""
