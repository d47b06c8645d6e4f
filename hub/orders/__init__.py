"""Applies the store's events."""
