"""Who charges cards: one folder for each, behind a Protocol."""
