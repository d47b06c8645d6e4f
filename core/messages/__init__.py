"""Defines messages, in and out, the same for every channel, and what is known of them."""
