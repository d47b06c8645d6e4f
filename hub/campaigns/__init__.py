"""Sends one notice to many customers."""
