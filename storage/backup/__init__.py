"""Puts an installation into one file, and makes one of it again: rows of either database, files, key and store."""
