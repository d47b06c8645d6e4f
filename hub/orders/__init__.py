"""The store's events applied."""
