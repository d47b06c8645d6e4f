"""Tells how many points a customer has."""
