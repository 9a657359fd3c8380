"""Tools of the workshop: checks and text catalogues. Nothing here is installed with the wallet."""
