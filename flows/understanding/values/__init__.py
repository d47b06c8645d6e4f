"""Reads values in what people write: numbers, days, sums, codes, choices, places."""
