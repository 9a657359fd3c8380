"""Getting an account back by support, for whoever lost password, phone and mailbox (H18).

`asking` takes the claim, `deciding` is what staff may do, `opening` is the link at the end.
"""
