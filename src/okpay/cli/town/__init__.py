"""The demo's people and a month of their lives, booked by the same operations as real ones."""
