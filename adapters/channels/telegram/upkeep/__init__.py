"""How the account at Telegram is connected: set up, checked, caught up."""
