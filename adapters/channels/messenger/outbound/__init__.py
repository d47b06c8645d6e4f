"""Renders and sends messages by Messenger, and reads failures."""
