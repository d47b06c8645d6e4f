"""Leads from the warranty to a claim, or to its rule."""
