"""Handles what agents write: replies and notes, edited and deleted ones, and how they look where they arrive."""
