"""Runs the database: connections, transactions, the schema's common parts, migrations."""
