"""Holds the kinds of timers, one module each."""
