"""Views by area. A view translates, calls one operation or query, and translates the answer."""
