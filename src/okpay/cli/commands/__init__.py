"""One module a subcommand, each with a ``command``; a new file here is a new subcommand."""
