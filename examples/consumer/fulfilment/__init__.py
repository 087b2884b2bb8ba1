"""Ships what was paid."""
