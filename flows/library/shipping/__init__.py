"""Tells what delivery costs, how long it takes and where it goes."""
