"""Renders what the desk shows as Block Kit."""
