"""Records: the list, one record, its receipt, and the statement file."""
