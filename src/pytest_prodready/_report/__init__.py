"""Turns findings into something that a person or a machine reads: one file a format."""
