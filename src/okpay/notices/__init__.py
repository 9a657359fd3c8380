"""What people are told: the message centre, mail and SMS."""
