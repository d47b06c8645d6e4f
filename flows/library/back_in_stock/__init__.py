"""Tells who waits for it that a product is in stock again."""
