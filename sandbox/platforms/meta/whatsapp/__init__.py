"""Stands in for the WhatsApp Cloud API."""
