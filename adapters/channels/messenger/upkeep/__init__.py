"""Sets up and checks the account at Messenger, and fetches what was missed."""
