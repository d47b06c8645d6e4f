"""Reads the store's files: YAML with line numbers, checked, with complaints that say what to mend."""
