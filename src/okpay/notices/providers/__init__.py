"""Who carries mail and SMS: one folder for each, behind a Protocol."""
