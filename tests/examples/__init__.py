"""Tests about the examples: they show what their pages promise."""
