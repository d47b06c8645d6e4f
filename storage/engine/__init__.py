"""The database itself: connections, transactions, the schema's common parts, migrations."""
