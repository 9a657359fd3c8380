"""The staff console: a face of its own under /console/, with its own sign-in."""
