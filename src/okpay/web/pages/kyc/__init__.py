"""The real-name check as the customer sees it: what for, which document, how it stands."""
