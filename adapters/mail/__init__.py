"""Sends e-mails."""
