"""Fits a message to a channel: limits, rendering, text, what was lost on the way."""
