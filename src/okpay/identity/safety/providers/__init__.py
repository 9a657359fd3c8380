"""Outside parties of the security centre. None is asked unless the operator turned it on."""
