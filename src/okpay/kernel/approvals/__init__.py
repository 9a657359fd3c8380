"""Four eyes: what one member of staff proposes happens only when another one approves it.

`operations` proposes, approves, declines and withdraws, `registry` says what each kind does,
`queries` reads.
"""
