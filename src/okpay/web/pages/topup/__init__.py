"""Pages of bringing money in by card."""
