"""Repeats a test's deliveries under a changed world and lays the effects side by side."""
