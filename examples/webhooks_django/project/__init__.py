"""A shop's receiving end."""
