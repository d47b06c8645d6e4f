"""Holds as data, one file per language, the small words by which answers are read."""
