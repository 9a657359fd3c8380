"""The security centre: what a person did for their safety, sees of it, and is told to do next."""
