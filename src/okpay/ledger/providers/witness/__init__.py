"""One address that signed checkpoints are posted to."""
