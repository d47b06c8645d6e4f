"""How the account at Messenger is connected: set up, checked, caught up."""
