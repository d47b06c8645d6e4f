"""Reads what the store decides about its notices: its files, once."""
