"""Keeps what the store told: orders, parcels, returns."""
