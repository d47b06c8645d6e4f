"""Tells where a refund is."""
