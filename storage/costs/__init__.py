"""Keeps what messages cost."""
