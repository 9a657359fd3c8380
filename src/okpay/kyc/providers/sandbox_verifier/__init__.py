"""The verifier of the sandbox: one real HTTP service that can be slow, fail and lie."""
