"""Finds the invoice of an order."""
