"""Holds the words of message templates that exist from the start, so that what they say can be seen."""
