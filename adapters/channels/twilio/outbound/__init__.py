"""Renders and sends messages by Twilio, and reads failures."""
