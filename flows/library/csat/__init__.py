"""Asks after a resolved case how it went."""
