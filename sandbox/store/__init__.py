"""Plays the demo store."""
