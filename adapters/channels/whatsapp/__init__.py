"""Talks to WhatsApp by Meta's Cloud API."""
