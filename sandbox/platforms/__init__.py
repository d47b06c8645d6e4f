"""Speaks the platforms' real HTTP APIs."""
