"""Finds which order is meant, for every flow that is about one."""
