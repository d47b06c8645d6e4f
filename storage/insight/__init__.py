"""Keeps what was measured of contacts and cases, and counts it."""
