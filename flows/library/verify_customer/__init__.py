"""Proves that an order is the customer's."""
