"""Hears what the application says to the world: one file a driven library."""
