"""Keeps files of customers and agents as rows."""
