"""Keeps the rows, the truth of the product, in SQLite or PostgreSQL. No decisions are made here."""
