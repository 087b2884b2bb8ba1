"""Webhooks of a payments provider and of a carrier."""
