"""Builds parts from settings: the composition root."""
