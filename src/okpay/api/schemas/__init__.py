"""What goes over the wire, as types; unknown fields are refused."""
