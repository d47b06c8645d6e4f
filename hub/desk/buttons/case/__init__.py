"""Holds the buttons on the card of a case."""
