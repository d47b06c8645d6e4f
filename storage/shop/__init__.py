"""Keeps what the store's events say: orders, parcels, returns."""
