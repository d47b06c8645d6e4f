"""Helps where a payment did not go through."""
