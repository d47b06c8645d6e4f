"""Reads settings from the environment, and the files that the store's staff keep."""
