"""A mail server carries mail."""
