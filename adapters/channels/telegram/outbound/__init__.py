"""Renders and sends messages by Telegram, and reads failures."""
