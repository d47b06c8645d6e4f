"""Translators between the product's vocabulary and everybody else's: channels, shops, desks."""
