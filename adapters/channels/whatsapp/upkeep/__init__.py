"""How the account at WhatsApp is connected: set up, checked, caught up."""
