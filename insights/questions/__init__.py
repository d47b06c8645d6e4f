"""Finds what customers ask that nobody understands, like questions together, and which texts of ours they misread."""
