"""Carries every adapter: one HTTP client, secrets compared, JSON from outside."""
