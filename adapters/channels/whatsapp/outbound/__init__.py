"""Renders and sends messages by WhatsApp, and reads failures."""
