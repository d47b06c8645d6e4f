"""Fetches what changed at the shop and was not told, by Admin GraphQL."""
