"""Keeps what was measured of contacts and cases, and counts it; and what was changed of the store's files."""
