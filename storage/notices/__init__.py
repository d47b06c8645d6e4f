"""Notices and what was decided about each."""
