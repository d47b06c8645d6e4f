"""Defines what the product asks of the world outside: channels, the store, mail, files. Adapters implement it."""
