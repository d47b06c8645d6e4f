"""Verifies what Twilio brings, and parses it into values."""
