"""Keeps our accounts at the providers: templates, incidents."""
