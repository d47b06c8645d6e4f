"""Reads and checks flow files and policies."""
