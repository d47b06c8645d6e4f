"""Keeps customers, their addresses and conversations, what they said and allowed."""
