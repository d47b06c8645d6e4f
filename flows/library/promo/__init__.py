"""Helps with promo codes."""
