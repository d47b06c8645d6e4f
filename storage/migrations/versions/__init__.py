"""Keeps the schema's history."""
