"""What staff look at of a customer: searches, views, and the masks they lift; all written down."""
