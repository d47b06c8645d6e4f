"""Keeps to the limits of providers: how many messages, how fast, how far apart."""
