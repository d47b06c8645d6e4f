"""A customer's turn: read, decided by flows, written as rows together."""
