"""Reads what came in, as flows and agents hear it: joined, with what it carries and points at."""
