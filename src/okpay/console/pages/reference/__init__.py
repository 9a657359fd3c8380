"""Reference data: the limits, which two people change, and the tables, which are only read."""
