"""Flows without any channel: the terminal, conversation tests, a store in memory."""
