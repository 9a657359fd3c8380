"""账号被盗: from the sign-in page, without a session, to a ticket that two people decide."""
