"""Answers a customer's messages: read, decided by flows, and written as rows together."""
