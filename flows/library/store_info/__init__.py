"""Tells when and where people are."""
