"""Runs flows without any channel: the terminal, conversation tests, a store in memory."""
