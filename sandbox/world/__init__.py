"""Keeps the state of one sandbox: people, phones, channels and what was said."""
