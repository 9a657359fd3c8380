"""Outside verification: what a provider must do, and those we know."""
