"""Counts measures into the numbers that the store looks at."""
