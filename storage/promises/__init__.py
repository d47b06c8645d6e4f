"""Keeps what customers were promised, and what became of it."""
