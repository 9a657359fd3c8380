"""Second factors: what a person has beside the password, and how it is shown to be theirs."""
