"""Makes the clients of what we are not: channels, database, Redis, mail, files, models."""
