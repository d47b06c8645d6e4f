"""Exchanges an item for another variant of it."""
