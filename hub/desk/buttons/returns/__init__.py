"""Holds the buttons under a return."""
