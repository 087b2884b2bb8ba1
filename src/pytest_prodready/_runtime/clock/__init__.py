"""Time that a trial moves."""
