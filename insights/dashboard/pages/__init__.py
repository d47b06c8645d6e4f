"""Holds the pages: a module with `PAGES` is found by being there."""
