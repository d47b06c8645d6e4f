"""Verifies what WhatsApp brings, and parses it into values."""
