"""Holds the buttons about one message: what is held, and the message shortcuts."""
