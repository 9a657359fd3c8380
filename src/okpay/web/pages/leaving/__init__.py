"""Taking one's data along, and closing the account."""
