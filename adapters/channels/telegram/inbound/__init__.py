"""Verifies what Telegram brings, and parses it into values."""
