"""Plays message templates: what is registered, what a message may fill in, and the calls about them."""
