"""The rules of `flows.linting.lint`, by subject."""
