"""Keeps notices and what was decided about each."""
