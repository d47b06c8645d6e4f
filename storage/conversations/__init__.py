"""Keeps conversations, and what was said in them."""
