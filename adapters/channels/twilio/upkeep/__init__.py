"""Sets up and checks the account at Twilio, and fetches what was missed."""
