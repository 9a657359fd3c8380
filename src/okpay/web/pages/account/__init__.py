"""Registering, signing in, and everything a person does about their own identity."""
