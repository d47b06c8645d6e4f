"""Measures each kind of row: a file for each with its MEASURER, found by being there (`insights.measuring.increments`).

MEASURER = Measurer(("contact", "bot_solved", "came_back"), _changed, _measure)
"""
