"""The payment engine: commands in, outcomes out, one transaction for all that wait.

`load` locks and reads what a batch needs, `decide` is pure, `persist` writes it with one commit.
"""
