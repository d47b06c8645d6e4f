"""Decides whether, when and where a notice goes out, and why."""
