"""Card payments for small shops."""
