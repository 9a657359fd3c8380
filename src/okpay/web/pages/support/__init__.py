"""A person's tickets, and reporting what looks wrong."""
