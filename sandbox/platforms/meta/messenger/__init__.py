"""Stands in for the Messenger Platform."""
