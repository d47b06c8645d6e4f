"""Checks flows and texts: the rules of `flows.linting.lint`, by subject."""
