"""The ledger explorer: read only."""
