"""Brings files in and out."""
