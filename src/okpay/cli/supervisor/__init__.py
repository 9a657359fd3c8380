"""``okpay serve``: every process of the product under one parent, with one log."""
