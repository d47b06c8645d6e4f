"""Stands in for Meta's Graph API: WhatsApp Cloud API and Messenger Platform."""
