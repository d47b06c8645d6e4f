"""Answers questions about products, before and after the purchase."""
