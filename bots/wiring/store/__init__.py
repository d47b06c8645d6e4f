"""Reads the store's folder, and looks whether it changed."""
