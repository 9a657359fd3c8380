"""The real-name check: cases, documents, what was found out about them, and the decisions."""
