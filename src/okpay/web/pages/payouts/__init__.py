"""Pay many at once: send a list, look it through, confirm it, see what became of each line."""
