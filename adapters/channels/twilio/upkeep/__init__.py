"""How the account at Twilio is connected: set up, checked, caught up."""
