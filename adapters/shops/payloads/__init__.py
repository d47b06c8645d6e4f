"""Reads what a store writes in JSON and translates it into `core.shop`, by subject."""
