"""The outside world in a box: a card acquirer, mail, SMS and a clock. Never part of the money."""
