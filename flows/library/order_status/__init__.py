"""Answers "where is my order"."""
