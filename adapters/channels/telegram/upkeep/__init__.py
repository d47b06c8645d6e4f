"""Sets up and checks the account at Telegram."""
