"""Keeps cases and what agents did."""
