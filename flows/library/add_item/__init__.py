"""Adds something of the catalogue to an order that has not left."""
