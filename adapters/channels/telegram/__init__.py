"""Talks to Telegram by the Bot API: read with python-telegram-bot's types, called with its Bot, carried by aiohttp."""
