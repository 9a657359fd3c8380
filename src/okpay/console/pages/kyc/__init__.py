"""The desk of real-name checks: the queue and one case."""
