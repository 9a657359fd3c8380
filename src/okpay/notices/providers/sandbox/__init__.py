"""The sandbox carries mail and SMS to its own viewer, over HTTP."""
