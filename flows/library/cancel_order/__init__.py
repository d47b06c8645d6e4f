"""Cancels an order, or says why it cannot be."""
