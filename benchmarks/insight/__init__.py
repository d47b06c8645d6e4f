"""Measures how fast the store's numbers, pages and search are, over the history of a store that is made for it."""
