"""The rules of `flows.lint`, by subject."""
