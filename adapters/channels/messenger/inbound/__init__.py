"""Verifies what Messenger brings, and parses it into values."""
