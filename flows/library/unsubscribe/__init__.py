"""Ends our messages, once the customer confirmed it."""
