"""Tests about the repository itself: sizes, imports, cost, the catalogue's completeness, clean undoing."""
