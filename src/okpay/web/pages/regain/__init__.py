"""I can no longer get in: claiming an account, stopping a claim, and the link at its end."""
