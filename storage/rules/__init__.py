"""Keeps what the store's rules did."""
