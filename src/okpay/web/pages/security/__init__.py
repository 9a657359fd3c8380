"""The security centre: what protects an account, what to do next, and who signed in where."""
