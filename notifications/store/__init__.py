"""What the store decides about its notices: its files, read once."""
