"""Hears what the test says to the application, and can say it again: one file a driving client."""
