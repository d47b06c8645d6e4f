"""Sends an order to another address."""
