"""Decides what a message means here and now: a press, a command, an answer, a new request."""
