"""Sets up and checks the account at WhatsApp."""
