"""Stands in for the Telegram Bot API."""
