"""Return received money: how much, confirm with the payment password, what became of it."""
