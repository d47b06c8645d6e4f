"""Reads what a customer means in what they wrote: commands, choices, values."""
