"""The box's pages and endpoints, one file for each outside party."""
